#include <catch2/catch.hpp>

#include "ensemble.h"

namespace paddock::replica {
using namespace testing;

namespace {

ReplicaOptions without_clients_of_the_leader() {
  ReplicaOptions options;
  options.leader_serves = false;
  return options;
}

}  // namespace

TEST_CASE(
    "a leader that does not serve drops clients, and says so, while it does all that learners ask for") {
  Ensemble ensemble(without_clients_of_the_leader());
  Member& leader = ensemble.leader();
  Member& follower = ensemble.follower();
  CHECK_FALSE(leader.replica().status(ensemble.now()).serving);
  CHECK(follower.replica().status(ensemble.now()).serving);
  CHECK_FALSE(leader.connection().ask_session(new_session()));
  Client alice = follower.client();
  alice.create("/a");
  ensemble.run();
  CHECK(alice.heard() == Heard{"1 ok"});

  // It serves when it follows.
  ensemble.stop(leader);
  ensemble.serve();
  ensemble.start(leader);
  ensemble.serve();
  REQUIRE(leader.mode() == "follower");
  CHECK(leader.replica().status(ensemble.now()).serving);
  Client bob = leader.client();
  bob.exists("/a");
  ensemble.run();
  CHECK(bob.heard() == Heard{"1 ok"});
}

}  // namespace paddock::replica
