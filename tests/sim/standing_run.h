// StandingRun: the run that this process is in. If a CHECK of the code under test ends the process, the seed
// and the tail of the trace are printed first.
#pragma once

#include <cstdint>

#include "tests/sim/trace.h"

namespace paddock::sim {

class StandingRun {
 public:
  StandingRun(uint64_t seed, const Trace& trace);
  ~StandingRun();
  StandingRun(const StandingRun&) = delete;
  StandingRun& operator=(const StandingRun&) = delete;
};

}  // namespace paddock::sim
