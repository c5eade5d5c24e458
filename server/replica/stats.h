// Counters in ZooKeeper's meaning (ServerStats, ServerCnxn): updated once per request, read by status().
#pragma once

#include <algorithm>
#include <cstdint>

#include "protocol/base/time.h"
#include "protocol/client/opcode.h"

namespace paddock::replica {

class LatencyStats {
 public:
  void add(int64_t latency_ms) {
    last_ = latency_ms;
    min_ = count_ == 0 ? latency_ms : std::min(min_, latency_ms);
    max_ = std::max(max_, latency_ms);
    total_ += latency_ms;
    ++count_;
  }
  int64_t last_ms() const { return last_; }
  int64_t min_ms() const { return min_; }
  int64_t max_ms() const { return max_; }
  double average_ms() const {
    return count_ == 0 ? 0 : static_cast<double>(total_) / static_cast<double>(count_);
  }

 private:
  int64_t last_ = 0;
  int64_t min_ = 0;
  int64_t max_ = 0;
  int64_t total_ = 0;
  int64_t count_ = 0;
};

class SizeStats {
 public:
  void add(int64_t size) {
    last_ = size;
    min_ = min_ < 0 ? size : std::min(min_, size);
    max_ = std::max(max_, size);
  }
  int64_t last() const { return last_; }
  int64_t min() const { return min_; }
  int64_t max() const { return max_; }

 private:
  int64_t last_ = -1;
  int64_t min_ = -1;
  int64_t max_ = -1;
};

// What `crst` resets.
struct ConnectionCounters {
  int64_t received = 0;
  int64_t sent = 0;
  client::OpCode last_op = client::OpCode::error;  // error: none yet
  int64_t last_xid = -1;
  int64_t last_zxid = -1;
  Instant last_response;
  LatencyStats latency;
};

// What `srst` resets, but for `outstanding`, which is a level.
struct ServerCounters {
  int64_t received = 0;
  int64_t sent = 0;
  LatencyStats latency;
  SizeStats response_size;
  int64_t auth_failed = 0;
  int64_t connection_requests = 0;
  int64_t connections_throttled = 0;  // turned away before they were one
  int64_t connection_drops = 0;
  int64_t sessions_expired = 0;
  int64_t throttle_waits = 0;  // requests that had to wait for others (request_throttle.h),
  int64_t throttled_ops = 0;   // were refused for it,
  int64_t stale_dropped = 0;   // or dropped
  int64_t outstanding = 0;  // requests accepted and not yet answered
};

// "GETD", "CREA", ...: what `cons` calls the last operation (spec/admin-interfaces.md 3.3).
const char* short_name(client::OpCode type);

}  // namespace paddock::replica
