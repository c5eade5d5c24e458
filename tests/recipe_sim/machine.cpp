#include "tests/recipe_sim/machine.h"

#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <random>

#include "protocol/base/check.h"
#include "protocol/base/random.h"

namespace paddock::recipe_sim {
namespace {

bool simulated = false;
Now shown;
Random devices(0);

timespec as_timespec(int64_t ns) {
  return {ns / 1'000'000'000, ns % 1'000'000'000};
}

}  // namespace

Machine::Machine(uint64_t seed) {
  PADDOCK_CHECK(!simulated, "a process has one machine");
  simulated = true;
  devices = Random(seed);
}

Machine::~Machine() {
  simulated = false;
}

void Machine::show(Now now) {
  shown = now;
}

}  // namespace paddock::recipe_sim

// The dynamic linker prefers those of the program to those of the libraries.
extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
  namespace sim = paddock::recipe_sim;
  if (!sim::simulated || (clock != CLOCK_MONOTONIC && clock != CLOCK_REALTIME)) {
    return static_cast<int>(::syscall(SYS_clock_gettime, clock, time));
  }
  *time =
      sim::as_timespec(clock == CLOCK_MONOTONIC ? sim::shown.monotonic.ns : sim::shown.wall.ms * 1'000'000);
  return 0;
}

// Without them Asio compares its timers with the clock whenever it looks for work, and the kernel's time has
// no say.
extern "C" int timerfd_create(int, int) noexcept {
  errno = ENOSYS;
  return -1;
}

std::random_device::result_type std::random_device::_M_getval() {
  return static_cast<result_type>(paddock::recipe_sim::devices.next());
}
