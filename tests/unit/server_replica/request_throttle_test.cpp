#include "server/replica/request_throttle.h"

#include <catch2/catch.hpp>

#include "protocol/client/records.h"
#include "server.h"

namespace paddock::replica {
using namespace testing;

namespace {

struct ThrottledServer : Server {
  explicit ThrottledServer(const RequestThrottleOptions& throttle) { options.request_throttle = throttle; }
};

// One request at a time may be under way, and alice has asked for one.
struct World {
  explicit World(const RequestThrottleOptions& throttle = {1, false, 0}) : server(throttle) {
    alice.create("/a");
    server.step();
  }
  // What is under way is answered. Whoever takes its place is not.
  void persist_what_was_asked() { server.persist_some(server.asked()); }
  ServerStats stats() { return server.replica().status(server.now()).stats; }

  ThrottledServer server;
  Client alice = server.client();
  Client bob = server.client();
};

}  // namespace

TEST_CASE("requests wait for those under way, in the order in which they came, whoever asked") {
  World world;
  world.bob.create("/b");
  world.alice.get("/b");
  world.bob.get("/a");
  world.server.step();
  CHECK(world.stats().throttle_waits == 3);
  CHECK(world.bob.heard() == Heard{});
  world.persist_what_was_asked();
  CHECK(world.alice.heard() == Heard{"1 ok"});
  CHECK(world.bob.heard() == Heard{});  // its write is under way now, and alice's read behind it
  world.server.persist();
  CHECK(world.alice.heard() == Heard{"2 ok"});
  CHECK(world.bob.heard() == Heard{"1 ok", "2 ok"});
}

TEST_CASE("who proves who it is does not wait, nor who begins a session") {
  World world;
  world.bob.auth("digest", "bob:secret");
  Client carol = world.server.connection();
  CHECK(carol.ask_session(new_session()));
  world.server.step();
  CHECK(world.bob.heard() == Heard{"-4 ok"});
  world.server.persist();
  CHECK(carol.heard() == Heard{"session"});
}

TEST_CASE("who has waited for too long is refused in its turn, and nothing is done; a ping never is") {
  World world({1, false, 100});
  world.bob.create("/b");
  world.bob.ping();
  world.server.pass(1000);
  world.bob.create("/c");
  world.server.persist();
  CHECK(world.bob.heard() == Heard{"1 -127", "-2 ok", "2 ok"});
  CHECK(world.stats().throttled_ops == 1);
  world.bob.exists("/b");
  CHECK(world.bob.heard() == Heard{"3 -101"});
}

TEST_CASE("who has waited for longer than its session's timeout is dropped, with all that it asked behind") {
  World world({1, true, 0});
  Client hasty = world.server.connection();
  REQUIRE(hasty.ask_session(new_session(6000)));
  world.server.persist();
  REQUIRE(hasty.heard() == Heard{"session"});
  world.alice.create("/x");
  hasty.create("/h");
  for (int i = 0; i < 4; ++i) {
    world.server.pass(2000);
    hasty.ping();  // the session lives, and is not served
  }
  world.server.persist();
  CHECK(hasty.heard() == Heard{"closed"});
  CHECK(world.stats().stale_dropped == 5);
  world.bob.exists("/h");
  CHECK(world.bob.heard() == Heard{"1 -101"});
}

TEST_CASE("what a client that is gone has asked for is not done, but the end of its session") {
  World world;
  world.bob.create("/b");
  world.bob.close_session();
  const auto same = again(world.bob);
  world.bob.disconnect();
  world.server.persist();
  CHECK(world.stats().stale_dropped == 2);
  Client back = world.server.connection();
  REQUIRE(back.ask_session(same));
  CHECK(back.heard() == Heard{"refused", "closed"});
  world.alice.exists("/b");
  CHECK(world.alice.heard() == Heard{"1 ok", "2 -101"});
}

TEST_CASE("a frame that is no request ends its connection at once") {
  World world;
  CHECK_FALSE(world.bob.raw("abc"));
}

TEST_CASE("a server that drains answers what waits first") {
  World world;
  world.bob.create("/b");
  world.server.replica().drain(world.server.now());
  world.server.step();
  CHECK_FALSE(world.server.replica().idle());
  world.server.persist();
  CHECK(world.alice.heard() == Heard{"1 ok"});
  CHECK(world.bob.heard() == Heard{"1 ok"});
  CHECK(world.server.replica().idle());
}

}  // namespace paddock::replica
