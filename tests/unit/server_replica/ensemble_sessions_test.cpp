// Sessions over several servers: kept alive, moved, refused, ended.
#include "ensemble.h"

#include <catch2/catch.hpp>

namespace paddock::replica {
using namespace testing;

TEST_CASE("syncs and writes of several clients of a follower keep each client's order") {
  Ensemble ensemble;
  Client a = ensemble.follower().client();
  Client b = ensemble.follower().client();
  a.create("/a");
  a.sync("/a");
  b.sync("/a");
  a.set("/a", "1");
  a.sync("/a");
  a.get("/a");
  b.get("/a");
  ensemble.run();
  CHECK(a.heard() == Heard{"1 ok", "2 ok", "3 ok", "4 ok", "5 ok"});
  CHECK(b.heard() == Heard{"1 ok", "2 ok"});
}

TEST_CASE("an ephemeral of a follower's client lives while the client calls, and ends with its session") {
  Ensemble ensemble;
  Member& follower = ensemble.follower();
  Client owner = follower.client(4'000);
  Client witness = ensemble.leader().client(40'000);
  owner.create("/e", 1);
  ensemble.run();
  witness.exists("/e", true);
  for (int i = 0; i < 5; ++i) {
    ensemble.pass(2'000);
    owner.ping();
  }
  CHECK(witness.heard() == Heard{"1 ok"});
  ensemble.pass(7'000);
  CHECK(witness.heard() == Heard{"deleted /e"});
  CHECK(owner.heard().back() == "closed");
  CHECK_FALSE(follower.replica().state().has_session(owner.session()));
}

TEST_CASE("closeSession through a follower is answered, then the connection closes, and its ephemerals go") {
  Ensemble ensemble;
  Client owner = ensemble.follower().client();
  owner.create("/e", 1);
  owner.close_session();
  ensemble.run();
  CHECK(owner.heard() == Heard{"1 ok", "2 ok", "closed"});
  Client witness = ensemble.other_follower().client();
  witness.exists("/e");
  CHECK(witness.heard() == Heard{"1 -101"});
}

TEST_CASE("a session that moves: the old connection still reads, and its first write closes it") {
  Ensemble ensemble;
  Client old = ensemble.follower().client();
  old.create("/a");
  ensemble.run();
  SECTION("to another follower") {
    Client moved = ensemble.other_follower().come(again(old));
    CHECK(moved.heard() == Heard{"session"});
    old.get("/a");
    old.create("/stray");
    moved.create("/b");
    ensemble.run();
    CHECK(old.heard() == Heard{"1 ok", "2 ok", "closed"});
    CHECK(moved.heard() == Heard{"1 ok"});
    moved.exists("/stray");
    CHECK(moved.heard() == Heard{"2 -101"});
  }
  SECTION("to the leader") {
    Client moved = ensemble.leader().come(again(old));
    CHECK(moved.heard() == Heard{"session"});
    old.create("/stray");
    ensemble.run();
    CHECK(old.heard() == Heard{"1 ok", "closed"});
  }
  SECTION("from the leader, which answers nothing any more") {
    Client on_leader = ensemble.leader().client();
    Client moved = ensemble.follower().come(again(on_leader));
    CHECK(moved.heard() == Heard{"session"});
    on_leader.get("/a");
    CHECK(on_leader.heard() == Heard{"closed"});
  }
  SECTION("and the old connection ends the session for both") {
    Client moved = ensemble.other_follower().come(again(old));
    old.close_session();
    ensemble.run();
    CHECK(old.heard() == Heard{"1 ok", "2 ok", "closed"});
    CHECK(moved.heard() == Heard{"session", "closed"});
  }
}

TEST_CASE("a follower refuses a session that has ended, a wrong password, and a client from the future") {
  Ensemble ensemble;
  Member& follower = ensemble.follower();
  Client client = ensemble.leader().client();
  client::ConnectRequest request = again(client);
  SECTION("ended") {
    client.close_session();
    ensemble.run();
    CHECK(follower.come(request).heard() == Heard{"refused", "closed"});
  }
  SECTION("a wrong password") {
    request.password = "0123456789abcdef";
    CHECK(follower.come(request).heard() == Heard{"refused", "closed"});
    client.ping();
    CHECK(client.heard() == Heard{"-2 ok"});
  }
  SECTION("from the future") {
    request.last_zxid_seen = follower.replica().state().last_applied().value + 1;
    Client early = follower.connection();
    CHECK_FALSE(early.ask_session(request));
  }
}

TEST_CASE("several sessions are asked for at once, and each is answered for itself") {
  Ensemble ensemble;
  Client living = ensemble.leader().client();
  Client ended = ensemble.leader().client();
  const client::ConnectRequest first = again(living);
  ended.close_session();
  ensemble.run();
  Member& follower = ensemble.follower();
  Client a = follower.connection();
  Client b = follower.connection();
  Client c = follower.connection();
  a.ask_session(again(ended));
  b.ask_session(again(living));
  c.ask_session(again(living));
  CHECK(first.session_id == living.session().value);
  ensemble.run();
  CHECK(a.heard() == Heard{"refused", "closed"});
  CHECK(b.heard() == Heard{"closed"});  // the same session came once more
  CHECK(c.heard() == Heard{"session"});
}

TEST_CASE("a client that comes back to its follower finds its writes done before it reads") {
  Ensemble ensemble;
  Member& follower = ensemble.follower();
  Client lost = follower.client();
  lost.create("/a");
  lost.set("/a", "x");
  lost.disconnect();
  Client back = follower.connection();
  back.ask_session(again(lost));
  ensemble.run();
  back.get("/a");
  CHECK(back.heard() == Heard{"session", "1 ok"});
  CHECK(back.last<client::GetDataResponse>().data.view() == "x");
}

}  // namespace paddock::replica
