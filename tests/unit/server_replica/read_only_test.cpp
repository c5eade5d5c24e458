#include "server/replica/read_only_service.h"

#include <catch2/catch.hpp>

#include "ensemble.h"

namespace paddock::replica {
using namespace testing;

namespace {

constexpr int64_t kPatienceMs = 2'000;

client::ConnectRequest reading(client::ConnectRequest request) {
  request.read_only = true;
  return request;
}

// Three servers; alice has written /a on a follower, and has an ephemeral /e. Then the follower is left
// alone.
struct LeftAlone {
  Ensemble ensemble{3, 0, 500, true};
  Member& alone = ensemble.follower();
  Member* others[2] = {&ensemble.leader(), &ensemble.other_follower()};
  Client alice = alone.client();

  LeftAlone() {
    alice.create("/a", 0, "data");
    alice.create("/e", 1);
    ensemble.run();
    REQUIRE(alice.heard() == Heard{"1 ok", "2 ok"});
    for (Member* other : others) ensemble.stop(*other);
    ensemble.pass(100);
    REQUIRE(alice.heard() == Heard{"closed"});
  }

  bool is_reading() { return alone.replica().status(ensemble.now()).read_only; }
  Client reader(int32_t timeout_ms = 10'000) {
    ensemble.pass(kPatienceMs);
    Client client = alone.come(reading(new_session(timeout_ms)));
    REQUIRE(client.heard() == Heard{"session"});
    return client;
  }
  void reunite() {
    for (Member* other : others) ensemble.start(*other);
    for (int64_t waited = 0; alone.mode() == "read-only"; waited += 100) {
      REQUIRE(waited < 60'000);
      ensemble.pass(100);
    }
    ensemble.serve();
  }
};

}  // namespace

TEST_CASE("a server that is left alone serves readers, but not before an election would be over") {
  LeftAlone world;
  world.ensemble.pass(kPatienceMs - 200);
  CHECK_FALSE(world.alone.replica().serving());
  world.ensemble.pass(200);
  REQUIRE(world.alone.replica().serving());
  CHECK(world.is_reading());
  CHECK(world.alone.mode() == "read-only");
}

TEST_CASE("a server that is left alone serves nobody who has not said that reading is enough") {
  LeftAlone world;
  world.ensemble.pass(kPatienceMs);
  CHECK_FALSE(world.alone.connection().ask_session(new_session()));
  client::ConnectRequest old = new_session();
  old.read_only.reset();
  CHECK_FALSE(world.alone.connection().ask_session(old));
  CHECK_FALSE(world.alone.connection().ask_session(again(world.alice)));
}

TEST_CASE("without readonlymode.enabled a server that is left alone serves nobody") {
  Ensemble ensemble;
  Member& alone = ensemble.follower();
  Member& leader = ensemble.leader();
  Member& other = ensemble.other_follower();
  ensemble.stop(leader);
  ensemble.stop(other);
  ensemble.pass(20'000);
  CHECK_FALSE(alone.replica().serving());
}

TEST_CASE("readers are answered, and every write and sync of theirs is refused by a header alone") {
  LeftAlone world;
  Client reader = world.reader();
  CHECK(reader.response().read_only == true);
  CHECK(reader.response().timeout_ms == 10'000);
  reader.get("/a");
  CHECK(reader.last<client::GetDataResponse>().data.view() == "data");
  reader.children("/");
  reader.exists("/none", true);
  reader.ping();
  CHECK(reader.heard() == Heard{"1 ok", "2 ok", "3 -101", "-2 ok"});

  for (const OpCode type :
       {OpCode::create, OpCode::remove, OpCode::set_data, OpCode::set_acl, OpCode::sync, OpCode::multi,
        OpCode::create2, OpCode::reconfig, OpCode::create_container, OpCode::create_ttl}) {
    REQUIRE(reader.send(type, "no record"));
    CHECK(reader.replies().back().header.err == -119);
    CHECK(reader.replies().back().header.zxid == world.alone.replica().state().last_applied().value);
    CHECK(reader.replies().back().body.empty());
  }
}

TEST_CASE("a reader's session comes back to the same server, ends when it says so, and when it is silent") {
  LeftAlone world;
  Client first = world.reader(4'000);
  first.disconnect();
  world.ensemble.pass(2'000);
  Client second = world.alone.come(reading(again(first)));
  CHECK(second.heard() == Heard{"session"});
  CHECK(second.session() == first.session());
  SECTION("closed") {
    second.close_session();
    CHECK(second.heard() == Heard{"1 ok", "closed"});
  }
  SECTION("silent") {
    world.ensemble.pass(22'000);
    CHECK(second.heard() == Heard{"closed"});
  }
  Client late = world.alone.come(reading(again(first)));
  CHECK(late.heard() == Heard{"refused", "closed"});
}

TEST_CASE("a session of the ensemble reads here without being ended, and goes on when the others are back") {
  LeftAlone world;
  world.ensemble.pass(kPatienceMs);
  Client here = world.alone.come(reading(again(world.alice)));
  here.exists("/e");
  here.close_session();
  here.exists("/e", true);
  CHECK(here.heard() == Heard{"session", "1 ok", "2 -119", "3 ok"});
  CHECK(here.session() == world.alice.session());

  world.reunite();
  CHECK(here.heard() == Heard{"closed"});
  CHECK_FALSE(world.is_reading());
  Client back = world.ensemble.follower().come(again(world.alice));
  back.exists("/e");
  back.create("/b");
  world.ensemble.run();
  CHECK(back.heard() == Heard{"session", "1 ok", "2 ok"});
}

TEST_CASE("a session that began with a server that was left alone is over when the others are back") {
  LeftAlone world;
  Client reader = world.reader();
  world.reunite();
  CHECK(reader.heard() == Heard{"closed"});
  Client late = world.alone.come(reading(again(reader)));
  CHECK(late.heard() == Heard{"refused", "closed"});
  Client fresh = world.alone.come(reading(new_session()));
  CHECK(fresh.response().read_only == false);
}

}  // namespace paddock::replica
