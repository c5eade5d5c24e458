// Program: a simulated process of the C++ client: an io_context and an AsyncClient of its own on a machine of
// its own. It runs when something arrives, and every few milliseconds for its timers; while it is paused
// nothing of it runs, and what has arrived is found afterwards.
//
// Owner: the run, to its end: of a process that was killed nothing runs any more, but it is destroyed last.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "client/coroutine.h"
#include "protocol/base/random.h"
#include "tests/recipe_sim/court.h"
#include "tests/sim/clock.h"
#include "tests/sim/net.h"

namespace paddock::recipe_sim {

class ProgramTransport;

class Program {
 public:
  // `work`: begins what the program is there for, on its own time.
  using Work = std::function<void(Program&)>;

  Program(sim::World& world, Court& court, int number, Random random);
  ~Program();

  void start(const Work& work);
  // From one moment to the next, without a word.
  void kill();
  void pause(Instant until);
  // The connection breaks.
  void disconnect();
  // Goes on with this until it is done.
  void begin(client::Async<void> task);
  // True: something that it has begun is not done.
  bool busy() const { return tasks_ > 0; }
  // Runs with the next look for work.
  void post(std::function<void()> action);

  int number() const { return number_; }
  sim::Machine machine() const { return sim::kFirstClient + number_; }
  bool alive() const { return alive_; }
  bool paused() const { return world_.scheduler.now() < paused_until_; }
  Instant paused_until() const { return paused_until_; }

  sim::World& world() { return world_; }
  Court& court() { return court_; }
  Random& random() { return random_; }
  const client::ClientPtr& zk() const { return zk_; }
  Now now() const { return clock_.at(world_.scheduler.now()); }

 private:
  void run();
  void want_run();
  void arm();

  sim::World& world_;
  Court& court_;
  const int number_;
  Random random_;
  sim::Clock clock_;
  bool alive_ = false;
  bool run_wanted_ = false;
  int tasks_ = 0;
  Instant paused_until_;
  std::shared_ptr<ProgramTransport> transport_;
  boost::asio::io_context io_;
  client::ClientPtr zk_;
};

}  // namespace paddock::recipe_sim
