#include "tests/sim/readmission_checker.h"

#include <catch2/catch.hpp>

namespace paddock::sim {
namespace {

constexpr ServerId a{1}, b{2}, c{3};
constexpr LinkId link{7}, other_link{8};

Instant at(int64_t ms) {
  return Instant{}.plus_ms(ms);
}

ReadmissionChecker checker_of_three() {
  return ReadmissionChecker([](ServerId, const std::set<ServerId>& servers) { return servers.size() >= 2; });
}

}  // namespace

TEST_CASE("who lost its promises serves again when a quorum has followed its leader since it asked") {
  ReadmissionChecker checker = checker_of_three();
  checker.hears(a, b, at(90));
  checker.asks(a, link, at(100));
  CHECK_THROWS_AS(checker.readmits(a, link, c), Violation);

  SECTION("what was on its way when it asked says nothing of later") {
    checker.hears(a, b, at(99));
    CHECK_THROWS_AS(checker.readmits(a, link, c), Violation);
  }
  SECTION("its own word does not count") {
    checker.hears(a, c, at(110));
    CHECK_THROWS_AS(checker.readmits(a, link, c), Violation);
  }
  SECTION("nor does what another leader hears") {
    checker.hears(b, c, at(110));
    CHECK_THROWS_AS(checker.readmits(a, link, c), Violation);
  }
  SECTION("one that follows it since makes the quorum") {
    checker.hears(a, b, at(110));
    CHECK_NOTHROW(checker.readmits(a, link, c));
  }
}

TEST_CASE("who comes under its name has promised to this leader, and needs no proof") {
  ReadmissionChecker checker = checker_of_three();
  CHECK_NOTHROW(checker.readmits(a, link, b));
  checker.asks(a, link, at(100));
  checker.link_ended(a, link);
  CHECK_NOTHROW(checker.readmits(a, other_link, b));
}

}  // namespace paddock::sim
