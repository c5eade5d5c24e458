// Reaper: when containers and TTL nodes are looked for, and how many may go at once, so that a million
// expired nodes do not become one burst of proposals (spec/client-protocol.md 10.5).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "protocol/base/time.h"

namespace paddock::replica {

class Reaper {
 public:
  Reaper(int64_t check_interval_ms, int32_t max_per_minute)
      : check_interval_ms_(std::max<int64_t>(check_interval_ms, 1)),
        batch_(static_cast<size_t>(std::max(max_per_minute / 60, 1))),
        batch_interval_ms_(60'000 * static_cast<int64_t>(batch_) / std::max(max_per_minute, 1)) {}

  // Serving begins: the first look is one interval away.
  void start(Instant now) { next_look_ = now.plus_ms(check_interval_ms_); }

  // How many nodes to look for now; 0: it is not time.
  size_t due(Instant now) const { return now < next_look_ ? 0 : batch_; }
  // That many were found. A full batch is followed by the next as soon as the pace allows.
  void looked(Instant now, size_t found) {
    next_look_ = now.plus_ms(found < batch_ ? check_interval_ms_ : batch_interval_ms_);
  }

 private:
  int64_t check_interval_ms_;
  size_t batch_;
  int64_t batch_interval_ms_;
  Instant next_look_{INT64_MAX};
};

}  // namespace paddock::replica
