// RepeatTimer: when a vote is said again, at doubling intervals. A new vote begins with the shortest.
#pragma once

#include <algorithm>
#include <cstdint>

#include "protocol/base/time.h"

namespace paddock::zab {

class RepeatTimer {
 public:
  RepeatTimer(int64_t min_ms, int64_t max_ms) : min_ms_(min_ms), max_ms_(max_ms), interval_ms_(min_ms) {}

  void restart(Instant now) {
    interval_ms_ = min_ms_;
    due_ = now.plus_ms(interval_ms_);
  }
  // True when it is time, and the next interval begins.
  bool ring(Instant now) {
    if (now < due_) return false;
    interval_ms_ = std::min(interval_ms_ * 2, max_ms_);
    due_ = now.plus_ms(interval_ms_);
    return true;
  }
  Instant due() const { return due_; }
  // It has been said again and again, and nothing has changed.
  bool is_slow() const { return interval_ms_ == max_ms_; }

 private:
  int64_t min_ms_;
  int64_t max_ms_;
  int64_t interval_ms_;
  Instant due_;
};

}  // namespace paddock::zab
