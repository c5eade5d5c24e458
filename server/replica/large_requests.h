// LargeRequests: how many bytes of large requests are accepted and not answered (largeRequestThreshold,
// largeRequestMaxBytes). What is above the budget is not let in, and its connection is closed, as in
// ZooKeeper. Small requests are bounded by their number.
#pragma once

#include <cstdint>
#include <limits>

namespace paddock::replica {

struct LargeRequestOptions {
  int64_t threshold = std::numeric_limits<int32_t>::max();  // a request above it is large
  int64_t max_bytes = 100 << 20;
};

class LargeRequests {
 public:
  explicit LargeRequests(const LargeRequestOptions& options) : options_(options) {}

  bool has_room(int64_t bytes) const { return !is_large(bytes) || under_way_ + bytes <= options_.max_bytes; }
  void begin(int64_t bytes) { under_way_ += is_large(bytes) ? bytes : 0; }
  // Requires: begin(bytes).
  void end(int64_t bytes) { under_way_ -= is_large(bytes) ? bytes : 0; }
  int64_t under_way() const { return under_way_; }

 private:
  bool is_large(int64_t bytes) const { return bytes > options_.threshold; }

  const LargeRequestOptions options_;
  int64_t under_way_ = 0;
};

}  // namespace paddock::replica
