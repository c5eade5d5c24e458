#include "server/replica/expiry.h"

#include <catch2/catch.hpp>

#include "expired.h"
#include "server.h"

namespace paddock::replica {
using namespace testing;

namespace {

Now at(int64_t ms) {
  return {Instant{}.plus_ms(ms), WallTime{}};
}

}  // namespace

TEST_CASE("time that a server did not run counts for no session") {
  Server server;
  Client client = server.client();
  server.pass(5'000);
  SECTION("a pause longer than the timeout ends nobody, and leaves the rest of the time") {
    server.pause(60'000);
    server.pass(4'000);
    server.persist();
    CHECK(client.ping());
    CHECK(client.heard() == Heard{"-2 ok"});
  }
  SECTION("afterwards time counts again") {
    server.pause(60'000);
    server.pass(7'000);
    server.persist();
    CHECK(client.heard() == Heard{"closed"});
  }
}

TEST_CASE("only those are ended who were silent for too long before leadership was confirmed") {
  Server server;
  Client writer = server.client();
  Client silent = server.client();
  Client late = server.client();
  server.pass(3'000);
  late.ping();
  writer.create("/not-durable");  // no round is confirmed before this is
  server.pass(8'000);
  writer.ping();
  server.pass(3'000);
  CHECK(silent.heard().empty());
  server.persist();
  CHECK(silent.heard() == Heard{"closed"});
  late.ping();
  CHECK(late.heard() == Heard{"-2 ok", "-2 ok"});
}

TEST_CASE("nobody is ended while nothing can be proposed, and who is heard of then goes on") {
  Server server;
  server.options.engine.last_counter = 4;
  Client writer = server.client();
  Client silent = server.client();
  server.pass(8'000);
  writer.ping();
  writer.create("/first");
  server.pass(3'000);  // a round is asked for behind it
  writer.create("/last");
  server.persist_some(1);
  CHECK(silent.ping());
  server.persist();
  CHECK(silent.heard() == Heard{"-2 ok"});
}

TEST_CASE("when the counter ends among those that are ended, the others wait for the next epoch") {
  Server server;
  server.options.engine.last_counter = 4;
  Client writer = server.client();
  Client one = server.client();
  Client two = server.client();  // what is left is for one end
  server.pass(8'000);
  writer.ping();
  server.pass(3'000);
  CHECK(one.heard().size() + two.heard().size() == 0);
  CHECK(one.ping());
  server.persist();
  CHECK(one.heard() == Heard{"-2 ok"});
  CHECK(two.heard() == Heard{"closed"});
}

TEST_CASE("what is skipped moves every deadline, told and kept") {
  SessionTracker tracker(1000);
  tracker.track(SessionId{1}, 4000, at(0));
  tracker.skip(10'000);
  CHECK(tracker.buckets().at(0).deadline == at(15'000).monotonic);
  CHECK_FALSE(tracker.any_due(at(14'999)));
  tracker.track(SessionId{2}, 4000, at(14'000));
  CHECK(tracker.any_due(at(15'000)));
  CHECK(expired(tracker, at(15'000)) == std::vector<SessionId>{SessionId{1}});
  CHECK(expired(tracker, at(19'000)) == std::vector<SessionId>{SessionId{2}});
}

TEST_CASE("nobody is due when all were heard of since") {
  SessionTracker tracker(1000);
  tracker.track(SessionId{1}, 4000, at(0));
  tracker.touch(SessionId{1}, 4000, at(3000));
  CHECK_FALSE(tracker.any_due(at(7999)));
  CHECK(tracker.any_due(at(8000)));
  CHECK(expired(tracker, at(8000)).size() == 1);
  CHECK_FALSE(tracker.any_due(at(8000)));
}

}  // namespace paddock::replica
