// Machine: the time and the chance that a simulated process finds on its machine. The program interposes
// clock_gettime(), timerfd_create() and std::random_device, so the client and its recipes run as they are
// built, timers of Asio included: no line of theirs knows that the world is not real.
//
// Thread rule: one thread.
#pragma once

#include <cstdint>

#include "protocol/base/time.h"

namespace paddock::recipe_sim {

// While it exists the process has the clocks and the devices of the simulation; without it those of its real
// machine.
class Machine {
 public:
  explicit Machine(uint64_t seed);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  // What the clocks show from now on.
  static void show(Now now);
};

}  // namespace paddock::recipe_sim
