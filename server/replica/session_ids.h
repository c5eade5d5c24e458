// Session ids as ZooKeeper makes them (spec/client-protocol.md 3.4): the server in the high byte, then 40
// bits of the clock at start, then a count. No two servers ever make the same one.
#pragma once

#include <cstdint>

#include "protocol/base/ids.h"
#include "protocol/base/time.h"

namespace paddock::replica {

class SessionIds {
 public:
  SessionIds(int64_t server, WallTime started) {
    const uint64_t clock = (static_cast<uint64_t>(started.ms) << 24) >> 8;
    next_ = static_cast<int64_t>((static_cast<uint64_t>(server) << 56) | clock);
    if (next_ == INT64_MIN) ++next_;  // the owner of containers
  }
  SessionId next() { return SessionId{next_++}; }

 private:
  int64_t next_;
};

// `session` was made by that server.
inline bool began_at(SessionId session, ServerId server) {
  return static_cast<uint64_t>(session.value) >> 56 == (static_cast<uint64_t>(server.value) & 0xff);
}

}  // namespace paddock::replica
