#include "tests/sim/epoch_checker.h"

#include <catch2/catch.hpp>

#include "tests/sim/violation.h"

namespace paddock::sim {

TEST_CASE("an epoch has one leader, and epochs on a disk never go back") {
  const ServerId a{1}, b{2};
  EpochChecker checker;
  checker.leads(a, 3);
  checker.writes(a, {4, 3});

  SECTION("a second leader of an epoch is rejected") {
    CHECK_THROWS_AS(checker.leads(b, 3), Violation);
  }
  SECTION("an accepted epoch that decreases is rejected") {
    CHECK_THROWS_AS(checker.writes(a, {3, 3}), Violation);
  }
  SECTION("a current epoch that decreases is rejected") {
    CHECK_THROWS_AS(checker.writes(a, {4, 2}), Violation);
  }
  SECTION("a current epoch above the accepted one is rejected") {
    CHECK_THROWS_AS(checker.writes(b, {1, 2}), Violation);
  }
  SECTION("the same leader may say it twice, and lead later epochs") {
    CHECK_NOTHROW(checker.leads(a, 3));
    CHECK_NOTHROW(checker.leads(a, 5));
  }
  SECTION("an older epoch may be led by whoever had not heard of the newer one") {
    CHECK_NOTHROW(checker.leads(b, 2));
  }
  SECTION("a write that a crash lost may be asked for again") {
    checker.starts(a, {3, 3});
    CHECK_NOTHROW(checker.writes(a, {4, 3}));
  }
}

}  // namespace paddock::sim
