// Run: one seed from its first event to its verdict. Programs use recipes while servers and programs suffer
// faults; then the faults end and everybody must get his turn; then nobody asks for anything more, and what
// is left must be what the recipes promise.
#pragma once

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>

#include "tests/sim/coverage.h"
#include "tests/sim/violation.h"

namespace paddock::recipe_sim {

struct RunOptions {
  uint64_t seed = 0;
  int voters = 0;              // 0: as the seed says
  std::string recipe;          // only this one; empty: as the seed says
  std::FILE* trace = nullptr;  // where to tell it
  std::FILE* tail = nullptr;   // where to print the last of it when a rule is broken
};

struct RunResult {
  std::optional<sim::Violation> violation;
  std::string plan;
  uint64_t hash = 0;
  int64_t virtual_ms = 0;
  size_t faults = 0;
  size_t kills = 0;   // of programs
  size_t grants = 0;  // of what can be held
  size_t sessions = 0;
  size_t committed = 0;
  sim::Coverage coverage;
};

RunResult run(const RunOptions& options);

}  // namespace paddock::recipe_sim
