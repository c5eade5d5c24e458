#include "client/bench/histogram.h"

#include <algorithm>
#include <cmath>

namespace paddock::client::bench {

uint64_t Histogram::highest_in(size_t slot) {
  if (slot < 2 * kParts) return slot;
  const uint64_t shift = slot / kParts - 1;
  const uint64_t part = slot - shift * kParts;
  return ((part + 1) << shift) - 1;
}

uint64_t Histogram::percentile_ns(double percent) const {
  if (total_ == 0) return 0;
  const double exact = std::ceil(static_cast<double>(total_) * percent / 100.0);
  const auto rank = std::clamp<uint64_t>(static_cast<uint64_t>(exact), 1, total_);
  uint64_t seen = 0;
  for (size_t slot = 0; slot < kSlots; ++slot) {
    seen += counts_[slot];
    if (seen >= rank) return std::min(highest_in(slot), max_);
  }
  return max_;
}

}  // namespace paddock::client::bench
