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

TEST_CASE("among two hundred seeds everything that matters comes about") {
  RunResult sum;
  for (uint64_t seed = 100; seed < 300; ++seed) {
    const RunResult result = run({.seed = seed});
    INFO("seed " << seed << ": " << (result.violation ? result.violation->what : ""));
    CHECK_FALSE(result.violation);
    sum.elections += result.elections;
    sum.snapshots += result.snapshots;
    sum.truncations += result.truncations;
    sum.writes += result.writes;
    sum.faults += result.faults;
    sum.reconfigurations += result.reconfigurations;
    sum.coverage.insert(result.coverage.begin(), result.coverage.end());
  }
  CHECK(sum.elections > 800);
  CHECK(sum.snapshots > 50);
  CHECK(sum.truncations > 5);
  CHECK(sum.writes > 8'000);
  CHECK(sum.faults > 6'000);
  CHECK(sum.reconfigurations > 100);
  for (const char* kind : {"1 voters",
                           "5 voters",
                           "observers",
                           "a hierarchical quorum",
                           "counters near 2^32",
                           "a counter at its end",
                           "clocks drift",
                           "jump clock",
                           "pause",
                           "a real log",
                           "a call to the disk fails",
                           "fill disk",
                           "DIFF alone",
                           "DIFF and entries",
                           "TRUNC alone",
                           "SNAP alone",
                           "SNAP and entries",
                           "history read from the log",
                           "snapshot read from the checkpoint",
                           "a snapshot given up",
                           "wipe disk",
                           "rot disk",
                           "damage put aside",
                           "commits are forgotten",
                           "ended between promise and epoch",
                           "requests that wait for others",
                           "local sessions",
                           "a local session upgraded",
                           "reconfigurations",
                           "reconfig: a voter joins",
                           "reconfig: a server leaves",
                           "reconfig: a voter observes",
                           "reconfig: an observer votes",
                           "reconfig: all voters change",
                           "reconfig: the leader leaves",
                           "reconfig: inherited",
                           "reconfig: BADVERSION",
                           "reconfig: NOAUTH",
                           "reconfig: no quorum",
                           "reconfig: another one in progress",
                           "Java peers",
                           "Java: a fuzzy SNAP",
                           "Java: what a SNAP names comes again",
                           "Java: a position of (e,0)",
                           "Java: PROPOSAL before UPTODATE",
                           "Java: COMMIT before UPTODATE",
                           "Java: TRUNC below what was applied"}) {
    INFO(kind);
    CHECK(sum.coverage.contains(kind));
  }
}

}  // namespace paddock::sim
