#include "tests/sim/run.h"

#include <catch2/catch.hpp>

namespace paddock::sim {

TEST_CASE("one seed is one run: the same trace, twice") {
  for (const uint64_t seed : {11, 12, 13, 14, 15, 16}) {
    const RunResult once = run({.seed = seed}), again = run({.seed = seed});
    INFO("seed " << seed);
    CHECK_FALSE(once.violation);
    CHECK(once.hash == again.hash);
    CHECK(once.events == again.events);
  }
}

TEST_CASE("two seeds are two runs") {
  CHECK(run({.seed = 11}).hash != run({.seed = 12}).hash);
}

TEST_CASE("among fifty seeds everything that matters comes about") {
  RunResult sum;
  for (uint64_t seed = 100; seed < 150; ++seed) {
    const RunResult result = run({.seed = seed});
    INFO("seed " << seed << ": " << (result.violation ? result.violation->what : ""));
    CHECK_FALSE(result.violation);
    sum.elections += result.elections;
    sum.snapshots += result.snapshots;
    sum.truncations += result.truncations;
    sum.writes += result.writes;
    sum.faults += result.faults;
  }
  CHECK(sum.elections > 200);
  CHECK(sum.snapshots > 10);
  CHECK(sum.truncations > 3);
  CHECK(sum.writes > 10'000);
  CHECK(sum.faults > 1'000);
}

}  // namespace paddock::sim
