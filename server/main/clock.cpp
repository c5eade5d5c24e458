#include "server/main/clock.h"

#include <chrono>

namespace paddock {

Now now() {
  using namespace std::chrono;
  const auto monotonic = steady_clock::now().time_since_epoch();
  const auto wall = system_clock::now().time_since_epoch();
  return Now{Instant{duration_cast<nanoseconds>(monotonic).count()},
             WallTime{duration_cast<milliseconds>(wall).count()}};
}

}  // namespace paddock
