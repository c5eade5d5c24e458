// Which sessions live, until when, and who owns them (spec/client-protocol.md 3.6, spec/quorum-protocol.md
// section 9). Leader and stand-alone only; learners collect touches instead.
//
// Deadlines are rounded up to the next tick, as ZooKeeper's ExpiryQueue does: at most one tick late, never
// early. Monotonic time only: a clock that jumps expires nobody.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

#include "protocol/base/error_code.h"
#include "protocol/base/ids.h"
#include "protocol/base/time.h"

namespace paddock::replica {

// Who a session's requests come from: a local connection, or a learner's link. 0: nobody yet.
using SessionOwner = StrongId<struct SessionOwnerTag, uint64_t>;

class SessionTracker {
 public:
  explicit SessionTracker(int32_t tick_ms) : tick_ms_(tick_ms) {}

  // Starts or restarts the clock of a session.
  void track(SessionId session, int32_t timeout_ms, Now now);
  void forget(SessionId session);
  // From now on check() answers session_expired; the session stays until forget().
  void mark_closing(SessionId session);
  // False: unknown or closing.
  bool touch(SessionId session, int32_t timeout_ms, Now now);
  void set_owner(SessionId session, SessionOwner owner);
  // ok, session_expired (unknown or closing) or session_moved; a session without owner is adopted.
  ErrorCode check(SessionId session, SessionOwner owner);

  // Sessions whose deadline has passed, each returned once and marked closing.
  std::vector<SessionId> expire(Now now);
  // Buckets by deadline, ascending, for `dump`.
  const std::map<Instant, std::set<SessionId>>& buckets() const { return buckets_; }
  size_t size() const { return sessions_.size(); }
  void clear();

 private:
  struct Tracked {
    int32_t timeout_ms = 0;
    Instant deadline;
    SessionOwner owner;
    bool closing = false;
  };
  Instant bucket_of(Now now, int32_t timeout_ms) const;

  int32_t tick_ms_;
  std::unordered_map<SessionId, Tracked> sessions_;
  std::map<Instant, std::set<SessionId>> buckets_;
};

}  // namespace paddock::replica
