// HostCycle: which server to try next, and after which pause. Pure: chance comes in at construction,
// time stays outside.
//
// Invariants
// 1. The order is shuffled once, so that many clients with one connect string spread over the servers.
// 2. Each cycle tries every server once, without pauses. Only whole cycles without a session are paused after,
//    for a random time out of a range that doubles up to 1 s.
#pragma once

#include <cstdint>
#include <vector>

#include "client/connect_string.h"
#include "protocol/base/random.h"

namespace paddock::client {

class HostCycle {
 public:
  // Requires: hosts is not empty.
  HostCycle(std::vector<HostPort> hosts, uint64_t seed);

  struct Turn {
    HostPort host;
    int64_t pause_ms = 0;
  };
  Turn next();
  // A session was accepted: when its connection is lost, the others are tried first, and at once.
  void succeeded();

 private:
  int64_t pause_ms();

  Random random_;
  std::vector<HostPort> hosts_;
  size_t position_ = 0;  // of the next turn
  size_t left_;          // turns in this cycle
  int failed_cycles_ = 0;
};

}  // namespace paddock::client
