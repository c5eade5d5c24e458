// Which sessions live, until when, and who owns them (spec/client-protocol.md 3.6, spec/quorum-protocol.md
// section 9). Leader and stand-alone only; learners collect touches instead.
//
// Deadlines are rounded up to the next tick, as ZooKeeper's ExpiryQueue does: at most one tick late, never
// early. Monotonic time only: a clock that jumps expires nobody. Time in which this server did not run counts
// for nobody (skip()): its clients may have called all the while.
//
// Every request touches its session, so a touch that stays in its bucket costs one look-up; a session is
// linked into its bucket's list and moves without an allocation.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "protocol/base/error_code.h"
#include "protocol/base/ids.h"
#include "protocol/base/time.h"

namespace paddock::replica {

// Who a session's requests come from: this server's own clients, or a learner's link. 0: nobody yet.
using SessionOwner = StrongId<struct SessionOwnerTag, uint64_t>;
inline constexpr SessionOwner kOwnClients{UINT64_MAX};

class SessionTracker {
 public:
  explicit SessionTracker(int32_t tick_ms) : tick_ms_(tick_ms) {}
  SessionTracker(const SessionTracker&) = delete;
  SessionTracker& operator=(const SessionTracker&) = delete;

  // Starts or restarts the clock of a session.
  void track(SessionId session, int32_t timeout_ms, Now now);
  void forget(SessionId session);
  // From now on check() answers session_expired; the session stays until forget().
  void mark_closing(SessionId session);
  bool knows(SessionId session) const { return sessions_.contains(session); }
  // False: unknown or closing.
  bool touch(SessionId session, int32_t timeout_ms, Now now);
  // Until it is set anew: an owner that is gone still keeps others off. A request that the session left
  // behind on an earlier server may arrive after it, and must not be done behind later ones.
  void set_owner(SessionId session, SessionOwner owner);
  // ok, session_expired (unknown or closing) or session_moved; a session without owner is adopted.
  ErrorCode check(SessionId session, SessionOwner owner);
  // touch() and check() with one look-up: what every request of a client begins with.
  ErrorCode admit(SessionId session, SessionOwner owner, int32_t timeout_ms, Now now);

  bool any_due(Now now);
  // A session whose deadline has passed; it is returned once and marked closing.
  std::optional<SessionId> expire_one(Now now);
  // All deadlines are so much later.
  void skip(int64_t ms) { skipped_ms_ += ms; }

  struct Bucket {
    Instant deadline;
    std::vector<SessionId> sessions;  // ascending; may be empty
  };
  // Ascending, for `dump`.
  std::vector<Bucket> buckets() const;
  size_t size() const { return sessions_.size(); }
  void clear();

 private:
  struct Tracked {
    SessionId id;
    Instant deadline;
    SessionOwner owner;
    bool closing = false;
    bool waiting = false;  // linked into the bucket of its deadline
    Tracked* previous = nullptr;
    Tracked* next = nullptr;
  };
  Instant counted(Now now) const { return now.monotonic.plus_ms(-skipped_ms_); }
  Instant deadline_of(Now now, int32_t timeout_ms) const;
  Tracked* find_live(SessionId session);
  void move(Tracked& tracked, Instant deadline);
  void unlink(Tracked& tracked);
  static ErrorCode owned_by(Tracked& tracked, SessionOwner owner);

  int32_t tick_ms_;
  int64_t skipped_ms_ = 0;  // deadlines count without it
  std::unordered_map<SessionId, Tracked> sessions_;
  std::map<Instant, Tracked*> buckets_;  // heads; null: empty, until its deadline passes
};

}  // namespace paddock::replica
