// Nemesis: makes faults come and go, as the knobs say, until it is told to stop.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "protocol/base/random.h"
#include "tests/sim/client.h"
#include "tests/sim/server.h"
#include "tests/sim/world.h"

namespace paddock::sim {

class Nemesis {
 public:
  Nemesis(World& world, std::vector<std::unique_ptr<Client>>& clients, Random random);

  void start();
  // No more faults; the network is whole and every server runs, but for a minority that may stay away.
  void stop();
  size_t faults() const { return faults_; }

 private:
  struct Kind {
    int weight;
    void (Nemesis::*strike)();
  };
  void arm();
  void strike();
  int64_t lasting_ns();
  // A leader more often than its share.
  Server& any_server();
  void take_down(Server& server, bool lossy);
  void bring_back(Server& server, int64_t after_ns);

  void kill();
  void cut_power();
  void terminate();
  void black_out();
  void pause();
  void reset_connection();
  void isolate();
  void cut_one_way();
  void stall();
  void slow_disk();
  void disturb_client();
  void kill_client();
  void jump_clock();

  World& world_;
  std::vector<std::unique_ptr<Client>>& clients_;
  Random random_;
  std::vector<Kind> kinds_;
  bool stopped_ = false;
  size_t faults_ = 0;
};

}  // namespace paddock::sim
