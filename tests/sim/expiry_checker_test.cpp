#include "tests/sim/expiry_checker.h"

#include <catch2/catch.hpp>

#include "tests/sim/violation.h"

namespace paddock::sim {
namespace {

const ServerId kLeader{1}, kFollower{2};
const SessionId kSession{7};

Instant at(int64_t ms) {
  return Instant{}.plus_ms(ms);
}

struct Scene {
  ExpiryChecker checker;
  Scene() {
    checker.leads(kLeader, at(0));
    checker.creates(kSession, 1000);
  }
  bool early(int64_t ms) {
    try {
      checker.expires(kLeader, kSession, at(ms));
    } catch (const Violation&) {
      return true;
    }
    return false;
  }
};

}  // namespace

TEST_CASE("a session ends a whole timeout after it was heard of, or later") {
  Scene scene;
  SECTION("never heard of again") {
    CHECK(scene.early(999));
    CHECK_FALSE(scene.early(1000));
  }
  SECTION("heard by the leader") {
    scene.checker.heard(kLeader, true, kSession, at(600));
    CHECK(scene.early(1599));
    CHECK_FALSE(scene.early(5000));
  }
  SECTION("heard by a follower that tells it late: what counts is when the leader knows") {
    scene.checker.heard(kFollower, false, kSession, at(100));
    scene.checker.passes_on(kFollower, {kSession});
    scene.checker.told(kLeader, {kSession}, at(900));
    CHECK(scene.early(1899));
    CHECK_FALSE(scene.early(1900));
  }
  SECTION("heard by a follower that could not tell it: legal") {
    scene.checker.heard(kFollower, false, kSession, at(900));
    CHECK_FALSE(scene.early(1000));
  }
  SECTION("under a new leader the timeout begins anew") {
    scene.checker.leads(kLeader, at(800));
    CHECK(scene.early(1799));
  }
}

TEST_CASE("a follower passes on all that it heard of") {
  Scene scene;
  scene.checker.heard(kFollower, false, kSession, at(1));
  CHECK_THROWS_AS(scene.checker.passes_on(kFollower, {}), Violation);
  CHECK_NOTHROW(scene.checker.passes_on(kFollower, {kSession, SessionId{8}}));
  CHECK_NOTHROW(scene.checker.passes_on(kFollower, {}));
  scene.checker.heard(kFollower, false, kSession, at(2));
  scene.checker.stops(kFollower);
  CHECK_NOTHROW(scene.checker.passes_on(kFollower, {}));
}

}  // namespace paddock::sim
