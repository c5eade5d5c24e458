// Nemesis: makes faults come and go, as the knobs say, until it is told to stop.
#pragma once

#include <functional>
#include <memory>
#include <set>
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
    const char* name;
    int weight;
    void (Nemesis::*strike)();
  };
  void arm();
  void strike();
  int64_t lasting_ns();
  bool is_spare(const Server& server) const;
  // A leader more often than its share.
  Server& any_server();
  Server* serving_leader();
  void take_down(Server& server, bool lossy);
  void bring_back(Server& server, int64_t after_ns);

  // No packet passes to it (incoming) or from it (outgoing), but for those of clients.
  void cut_off(Server& lone, bool incoming, bool outgoing, int64_t lasts_ns);

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
  void fail_disk();
  void fill_disk();
  // In nemesis_damage.cpp
  bool is_sound(const Server& server) const;
  bool can_do_without(const Server& server, bool knows_its_loss) const;
  bool may_damage(const Server& server, bool knows_its_loss) const;
  void wipe(Server& server);
  void rot(Server& server);
  void wipe_disk();
  void rot_disk();
  void disturb_client();
  void kill_client();
  void jump_clock();
  // In nemesis_schemes.cpp
  void scatter_clients(int64_t within_ns);
  void depose_leader();
  void hurry_one_follower();
  void interrupt();
  void lie_in_wait(Server& server);
  std::set<ServerId> send_away_all_but(const Server& leader, const Server& follower);
  void forget_commits();

  World& world_;
  std::vector<std::unique_ptr<Client>>& clients_;
  Random random_;
  std::vector<Kind> kinds_;
  bool stopped_ = false;
  bool waiting_ = false;  // for a server to interrupt
  size_t faults_ = 0;
};

}  // namespace paddock::sim
