#include "tests/sim/staleness_checker.h"

#include <catch2/catch.hpp>

#include "tests/sim/violation.h"

namespace paddock::sim {
namespace {

const ServerId kA{1}, kB{2}, kC{3};

Instant at(int64_t ms) {
  return Instant{}.plus_ms(ms);
}

StalenessChecker checker_of_three() {
  return {[](ServerId, const std::set<ServerId>& servers) { return servers.size() >= 2; }, 100, 100};
}

}  // namespace

TEST_CASE("a learner may serve what is old, while it hears from its leader") {
  StalenessChecker checker = checker_of_three();
  checker.begins(kA, at(1000));
  CHECK_NOTHROW(checker.learner_serves(kA, kB, at(1100)));
  checker.hears(kA, kB, at(1090));
  CHECK_NOTHROW(checker.learner_serves(kA, kB, at(1190)));
  CHECK_THROWS_AS(checker.learner_serves(kA, kB, at(1191)), Violation);
}

TEST_CASE("another server than its leader is nobody to hear from") {
  StalenessChecker checker = checker_of_three();
  checker.begins(kA, at(1000));
  checker.hears(kA, kC, at(1150));
  CHECK_THROWS_AS(checker.learner_serves(kA, kB, at(1151)), Violation);
}

TEST_CASE("a leader serves while it hears from a quorum, whichever") {
  StalenessChecker checker = checker_of_three();
  checker.begins(kA, at(1000));
  CHECK_NOTHROW(checker.leader_serves(kA, at(1100)));
  CHECK_THROWS_AS(checker.leader_serves(kA, at(1101)), Violation);
  checker.hears(kA, kB, at(1100));
  CHECK_NOTHROW(checker.leader_serves(kA, at(1150)));
  checker.hears(kA, kC, at(1190));
  CHECK_NOTHROW(checker.leader_serves(kA, at(1280)));
  CHECK_THROWS_AS(checker.leader_serves(kA, at(1291)), Violation);
}

TEST_CASE("what an earlier process has heard counts nothing") {
  StalenessChecker checker = checker_of_three();
  checker.begins(kA, at(1000));
  checker.hears(kA, kB, at(1000));
  checker.ended(kA);
  CHECK_THROWS_AS(checker.learner_serves(kA, kB, at(1050)), Violation);
}

}  // namespace paddock::sim
