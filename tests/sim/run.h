// Run: one seed from its first event to its verdict. A safety phase with faults, in which nothing may go
// wrong; then a liveness phase without, in which everything must go right within a bound (Z13): a new write
// is answered, every server serves, and all come to the same state.
#pragma once

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>

#include "tests/sim/coverage.h"
#include "tests/sim/violation.h"

namespace paddock::sim {

struct RunOptions {
  uint64_t seed = 0;
  int voters = 0;              // 0: as the seed says
  std::FILE* trace = nullptr;  // where to tell it
  std::FILE* tail = nullptr;   // where to print the last of it when a rule is broken
};

struct RunResult {
  std::optional<Violation> violation;
  std::string knobs;
  uint64_t hash = 0;
  int64_t virtual_ms = 0;
  uint64_t events = 0;
  // What came about
  size_t servers = 0;
  size_t answers = 0;
  size_t writes = 0;
  size_t committed = 0;
  size_t elections = 0;
  size_t snapshots = 0;
  size_t truncations = 0;
  size_t faults = 0;
  size_t reconfigurations = 0;
  int64_t recovery_ms = 0;  // of the liveness phase
  Coverage coverage;
};

RunResult run(const RunOptions& options);

}  // namespace paddock::sim
