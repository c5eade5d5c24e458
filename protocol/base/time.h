// Time as an argument. Nothing below server/main reads a clock: whoever drives a room passes `Now` in.
#pragma once

#include <compare>
#include <cstdint>

namespace paddock {

// A point on a monotonic clock with an arbitrary start. Deadlines and latencies are made of these.
struct Instant {
  int64_t ns = 0;

  constexpr Instant plus_ms(int64_t ms) const { return Instant{ns + ms * 1'000'000}; }
  constexpr int64_t ms() const { return ns / 1'000'000; }
  friend constexpr auto operator<=>(const Instant&, const Instant&) = default;
};

// Milliseconds since 1970-01-01 UTC, as written into stats. May jump; never used for deadlines.
struct WallTime {
  int64_t ms = 0;
  friend constexpr auto operator<=>(const WallTime&, const WallTime&) = default;
};

struct Now {
  Instant monotonic;
  WallTime wall;
};

}  // namespace paddock
