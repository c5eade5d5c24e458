// Servers that go and come: what their clients keep.
#include "ensemble.h"

#include <catch2/catch.hpp>

namespace paddock::replica {
using namespace testing;

TEST_CASE("when the leader dies its followers' clients are cut, come back, and lose nothing") {
  Ensemble ensemble;
  Member& leader = ensemble.leader();
  Client client = ensemble.follower().client();
  client.create("/e", 1);
  ensemble.run();
  client.create("/under-way");
  ensemble.stop(leader);
  ensemble.serve();
  CHECK(client.heard() == Heard{"1 ok", "closed"});
  Client back = ensemble.follower().come(again(client));
  back.exists("/e");
  back.create("/new");
  ensemble.run();
  CHECK(back.heard() == Heard{"session", "1 ok", "2 ok"});

  SECTION("and a session that does not come back ends, its time counted from the new leader's beginning") {
    Client lost = ensemble.leader().client(4'000);
    lost.create("/lost", 1);
    ensemble.run();
    lost.disconnect();
    ensemble.pass(3'000);
    back.ping();
    back.exists("/lost");
    ensemble.pass(4'000);
    back.exists("/lost");
    CHECK(back.heard() == Heard{"-2 ok", "3 ok", "4 -101"});
  }
  SECTION("and the old leader comes back as a follower with the same tree") {
    ensemble.start(leader);
    ensemble.serve();
    CHECK(leader.mode() == "follower");
    CHECK(leader.checksum() == ensemble.leader().checksum());
    Client late = leader.client();
    late.get("/new");
    CHECK(late.heard() == Heard{"1 ok"});
  }
}

TEST_CASE("an empty server is given the state, serves it, and keeps it") {
  Ensemble ensemble(3, 0, 5);
  Member& newcomer = ensemble.other_follower();
  Client client = ensemble.leader().client(40'000);
  client.create_with_acl("/acl", {client::Acl{client::kPermRead, {"digest", "u:h"}}});
  ensemble.stop(newcomer);
  for (int i = 0; i < 50; ++i) client.create("/node" + std::to_string(i), i % 2, "data");
  ensemble.run();
  ensemble.wipe(newcomer);
  ensemble.start(newcomer);
  ensemble.serve();
  REQUIRE(newcomer.disk().base.has_value());
  CHECK(newcomer.checksum() == ensemble.leader().checksum());
  Client reader = newcomer.client();
  reader.get("/node49");
  reader.create("/more");
  ensemble.run();
  CHECK(reader.heard() == Heard{"1 ok", "2 ok"});
  CHECK(newcomer.checksum() == ensemble.leader().checksum());

  SECTION("the base and the deltas since make the same state") {
    newcomer.replica().drain(ensemble.now());
    newcomer.step();
    REQUIRE_FALSE(newcomer.disk().deltas.empty());
    CHECK(newcomer.disk().state()->checksum() == newcomer.replica().state().checksum());
  }
  SECTION("and so does a start from its disk") {
    ensemble.stop(newcomer);
    ensemble.start(newcomer);
    ensemble.serve();
    CHECK(newcomer.checksum() == ensemble.leader().checksum());
    CHECK(newcomer.replica().state().session_count() == ensemble.leader().replica().state().session_count());
  }
}

TEST_CASE("a leader that was paused expires nobody, deposed or not") {
  Ensemble ensemble;
  Member& leader = ensemble.leader();
  Client on_leader = leader.client(4'000);
  Client on_follower = ensemble.follower().client(4'000);
  on_follower.create("/e", 1);
  ensemble.run();
  on_follower.heard();
  SECTION("not deposed: whoever calls when it is back is alive") {
    ensemble.pause(leader);
    for (int i = 0; i < 10; ++i) {
      ensemble.pass(200);
      on_follower.ping();
    }
    ensemble.resume(leader);
    on_leader.ping();
    ensemble.pass(1'000);
    on_follower.exists("/e");
    CHECK(on_follower.heard().back() == "2 ok");
    CHECK(on_leader.heard() == Heard{"-2 ok"});
  }
  SECTION("deposed: it makes no transaction, and the session lives on with the new leader") {
    ensemble.pause(leader);
    ensemble.pass(5'000);
    ensemble.serve();
    Client moved = ensemble.follower().come(again(on_follower));
    ensemble.resume(leader);
    ensemble.serve();
    moved.exists("/e");
    CHECK(moved.heard() == Heard{"session", "1 ok"});
    CHECK(on_leader.heard().back() == "closed");
    CHECK(leader.replica().status(ensemble.now()).stats.stale_sessions_expired == 0);
  }
}

TEST_CASE("a server that drains answers what it has") {
  Ensemble ensemble;
  Member& leader = ensemble.leader();
  Member& follower = ensemble.follower();
  Client on_leader = leader.client();
  Client on_follower = follower.client();
  on_leader.create("/a");
  on_follower.create("/b");
  SECTION("a leader hands over: the others elect without waiting for its end") {
    leader.replica().drain(ensemble.now());
    ensemble.run();
    CHECK(on_leader.heard() == Heard{"1 ok", "closed"});
    CHECK(leader.replica().idle());
    ensemble.pass(500);
    CHECK(ensemble.leader().id() != leader.id());
  }
  SECTION("a follower") {
    follower.replica().drain(ensemble.now());
    CHECK_FALSE(follower.replica().idle());
    ensemble.run();
    CHECK(on_follower.heard() == Heard{"1 ok"});
    CHECK(follower.replica().idle());
  }
}

}  // namespace paddock::replica
