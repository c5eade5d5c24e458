#include "server/replica/session_tracker.h"

#include <catch2/catch.hpp>

#include "expired.h"

namespace paddock::replica {
using namespace testing;
namespace {

constexpr SessionId kA{0xa};
constexpr SessionId kB{0xb};
constexpr SessionOwner kLearner{7};

Now at(int64_t ms) {
  return {Instant{}.plus_ms(ms), WallTime{}};
}

}  // namespace

TEST_CASE("a deadline is rounded up to a tick: up to one tick late, never early") {
  for (const int64_t start : {0, 1, 999, 1000, 1001, 1999}) {
    for (const int32_t timeout : {1, 999, 1000, 1001, 4000}) {
      SessionTracker tracker(1000);
      tracker.track(kA, timeout, at(start));
      const int64_t deadline = ((start + timeout) / 1000 + 1) * 1000;
      INFO(start << " + " << timeout);
      CHECK(deadline > start + timeout);
      CHECK(deadline <= start + timeout + 1000);
      CHECK(expired(tracker, at(deadline - 1)).empty());
      CHECK(expired(tracker, at(deadline)) == std::vector<SessionId>{kA});
    }
  }
}

TEST_CASE("a touch moves the deadline, also to an earlier one") {
  SessionTracker tracker(1000);
  tracker.track(kA, 4000, at(0));
  CHECK(tracker.touch(kA, 4000, at(3500)));
  CHECK(expired(tracker, at(7999)).empty());
  CHECK(tracker.touch(kA, 1000, at(4000)));
  CHECK(expired(tracker, at(6000)) == std::vector<SessionId>{kA});
}

TEST_CASE("an expired session is told once, cannot be touched, and stays until it is forgotten") {
  SessionTracker tracker(1000);
  tracker.track(kA, 1000, at(0));
  REQUIRE(expired(tracker, at(5000)).size() == 1);
  CHECK(expired(tracker, at(9000)).empty());
  CHECK_FALSE(tracker.touch(kA, 1000, at(5000)));
  CHECK(tracker.check(kA, kLearner) == ErrorCode::session_expired);
  CHECK(tracker.size() == 1);
  tracker.forget(kA);
  CHECK(tracker.size() == 0);
}

TEST_CASE("a session that its client closes does not expire besides") {
  SessionTracker tracker(1000);
  tracker.track(kA, 1000, at(0));
  tracker.mark_closing(kA);
  CHECK_FALSE(tracker.touch(kA, 1000, at(1)));
  CHECK(expired(tracker, at(9000)).empty());
}

TEST_CASE("an owner is adopted once and then held against the asker") {
  SessionTracker tracker(1000);
  tracker.track(kA, 1000, at(0));
  CHECK(tracker.check(kA, kOwnClients) == ErrorCode::ok);
  CHECK(tracker.check(kA, kLearner) == ErrorCode::session_moved);
  tracker.set_owner(kA, kLearner);
  CHECK(tracker.admit(kA, kLearner, 1000, at(0)) == ErrorCode::ok);
  CHECK(tracker.admit(kA, kOwnClients, 1000, at(0)) == ErrorCode::session_moved);
  CHECK(tracker.admit(kB, kOwnClients, 1000, at(0)) == ErrorCode::session_expired);
}

TEST_CASE("buckets keep their sessions apart while these come, move and go") {
  SessionTracker tracker(1000);
  for (int64_t id = 1; id <= 5; ++id) tracker.track(SessionId{id}, 1000, at(0));
  tracker.touch(SessionId{2}, 3000, at(0));
  tracker.touch(SessionId{5}, 3000, at(0));
  tracker.forget(SessionId{1});
  tracker.forget(SessionId{4});
  const auto buckets = tracker.buckets();
  REQUIRE(buckets.size() == 2);
  CHECK(buckets[0].sessions == std::vector<SessionId>{SessionId{3}});
  CHECK(buckets[1].sessions == std::vector<SessionId>{SessionId{2}, SessionId{5}});
  CHECK(buckets[1].deadline == Instant{}.plus_ms(4000));
  CHECK(expired(tracker, at(2000)) == std::vector<SessionId>{SessionId{3}});
  CHECK(expired(tracker, at(4000)).size() == 2);
  CHECK(tracker.buckets().empty());
}

TEST_CASE("an emptied bucket is listed until its time has come") {
  SessionTracker tracker(1000);
  tracker.track(kA, 1000, at(0));
  tracker.touch(kA, 5000, at(0));
  CHECK(tracker.buckets().size() == 2);
  CHECK(expired(tracker, at(2000)).empty());
  CHECK(tracker.buckets().size() == 1);
}

}  // namespace paddock::replica
