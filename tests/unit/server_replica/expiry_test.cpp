#include "server/replica/expiry.h"

#include <catch2/catch.hpp>

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

TEST_CASE("what is skipped moves every deadline, told and kept") {
  SessionTracker tracker(1000);
  tracker.track(SessionId{1}, 4000, at(0));
  tracker.skip(10'000);
  CHECK(tracker.buckets().at(0).deadline == at(15'000).monotonic);
  CHECK_FALSE(tracker.any_due(at(14'999)));
  tracker.track(SessionId{2}, 4000, at(14'000));
  CHECK(tracker.any_due(at(15'000)));
  CHECK(tracker.expire(at(15'000)) == std::vector<SessionId>{SessionId{1}});
  CHECK(tracker.expire(at(19'000)) == std::vector<SessionId>{SessionId{2}});
}

TEST_CASE("nobody is due when all were heard of since") {
  SessionTracker tracker(1000);
  tracker.track(SessionId{1}, 4000, at(0));
  tracker.touch(SessionId{1}, 4000, at(3000));
  CHECK_FALSE(tracker.any_due(at(7999)));
  CHECK(tracker.any_due(at(8000)));
  CHECK(tracker.expire(at(8000)).size() == 1);
  CHECK_FALSE(tracker.any_due(at(8000)));
}

}  // namespace paddock::replica
