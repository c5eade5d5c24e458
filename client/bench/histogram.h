// A histogram of latencies in nanoseconds in the manner of HdrHistogram: every power of two is cut into 64
// equal parts, so a value is kept to 1.6 % in constant memory and recording is a shift and an increment.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace paddock::client::bench {

class Histogram {
 public:
  void record(int64_t ns) {
    const uint64_t value = ns > 0 ? static_cast<uint64_t>(ns) : 0;
    counts_[slot_of(value)]++;
    total_++;
    sum_ += value;
    if (value > max_) max_ = value;
  }

  uint64_t count() const { return total_; }
  uint64_t max_ns() const { return max_; }
  double mean_ns() const { return total_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(total_); }
  // The least value that `percent` of all recorded ones do not exceed, at most 1.6 % too high. 0 when empty.
  uint64_t percentile_ns(double percent) const;
  void clear() { *this = Histogram(); }

 private:
  static constexpr int kBits = 6;
  static constexpr uint64_t kParts = 1 << kBits;
  static constexpr size_t kSlots = (64 - kBits + 1) * kParts;

  // Values below 128 have a slot each; above, the 6 bits behind the leading one name the part.
  static size_t slot_of(uint64_t value) {
    const int width = std::bit_width(value | kParts) - 1;
    const auto shift = static_cast<uint64_t>(width - kBits);
    return static_cast<size_t>(shift * kParts + (value >> shift));
  }
  static uint64_t highest_in(size_t slot);

  std::array<uint64_t, kSlots> counts_{};
  uint64_t total_ = 0;
  uint64_t sum_ = 0;
  uint64_t max_ = 0;
};

}  // namespace paddock::client::bench
