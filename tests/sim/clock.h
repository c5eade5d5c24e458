// Clock: a server's own idea of time. It may run fast or slow, and its wall clock may jump; its monotonic
// clock never goes back.
#pragma once

#include "protocol/base/time.h"

namespace paddock::sim {

class Clock {
 public:
  // `drift_permille`: how much it gains in a thousand.
  Clock(int64_t drift_permille, int64_t start_ms) : drift_(drift_permille), start_ms_(start_ms) {}

  Now at(Instant world) const {
    const Instant own = monotonic(world);
    return {own, WallTime{kEpochMs + own.ms() + jumped_ms_}};
  }
  Instant monotonic(Instant world) const {
    return Instant{world.ns + world.ns / 1000 * drift_ + start_ms_ * 1'000'000};
  }
  // The earliest instant of the world at which this clock shows `own`.
  Instant world(Instant own) const {
    const int64_t ns = own.ns - start_ms_ * 1'000'000;
    Instant guess{ns / (1000 + drift_) * 1000};
    while (monotonic(guess) < own) guess.ns += 1000;
    return guess;
  }
  void jump(int64_t ms) { jumped_ms_ += ms; }

 private:
  static constexpr int64_t kEpochMs = 1'700'000'000'000;
  int64_t drift_;
  int64_t start_ms_;
  int64_t jumped_ms_ = 0;
};

}  // namespace paddock::sim
