// ConnectionThrottle: how many connect requests are heard (ZooKeeper's connection_throttle_*). A storm of
// clients that all come back at once is let in at the pace of a bucket of tokens; while the bucket is empty,
// a growing share is turned away by chance, so that those who try again are not always the same.
//
// Owner: ConnectHandshake. Who is turned away loses the connection without a word, and costs nothing more.
#pragma once

#include <cstdint>

#include "protocol/base/random.h"
#include "protocol/base/time.h"

namespace paddock::replica {

struct ThrottleOptions {
  int64_t tokens = 0;  // the bucket's size; 0: everybody is let in
  int64_t fill_time_ms = 1;
  int64_t fill_count = 1;        // tokens for every fill time
  int64_t freeze_time_ms = -1;   // between two changes of the chance to be turned away; -1: there is none
  double drop_increase = 0.02;   // after a freeze time with an empty bucket
  double drop_decrease = 0.002;  // after one with at most this share of the bucket missing:
  double decrease_ratio = 0;
  // In tokens. With weights the bucket and its filling count in new sessions.
  bool weighted = false;
  int64_t new_session_weight = 3;
  int64_t local_session_weight = 1;
  bool local_sessions = false;  // new sessions are local ones
  int64_t renewed_session_weight = 2;
};

class ConnectionThrottle {
 public:
  // The bucket is full.
  ConnectionThrottle(const ThrottleOptions& options, Random random, Instant now);

  // One connect request; `renews`: of a session that there is already.
  [[nodiscard]] bool admits(bool renews, Instant now);

 private:
  void fill(Instant now);
  bool turned_away_by_chance(Instant now);

  const ThrottleOptions options_;
  const int64_t size_;
  const int64_t fill_count_;
  const int64_t begin_weight_;
  Random random_;
  int64_t tokens_;
  Instant filled_at_;
  Instant frozen_since_;
  double drop_ = 0;
};

}  // namespace paddock::replica
