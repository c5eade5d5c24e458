// LocalSessions: the sessions that only this server knows (localSessionsEnabled; spec/client-protocol.md
// section 17). They begin, are kept alive and end without a transaction; they come back to this server only,
// and own no ephemeral. One that asks for an ephemeral becomes the ensemble's before, if that is allowed:
// nothing but its createSession tells it from a session that began there.
//
// Owner: Core. They end with the role in which they began: as with ZooKeeper, and a client whose connection
// is closed goes to some other server anyway.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/base/time.h"
#include "protocol/client/opcode.h"
#include "server/replica/session_tracker.h"

namespace paddock::replica {

class LocalSessions {
 public:
  // `upgrading`: a session may become the ensemble's.
  LocalSessions(bool upgrading, int32_t tick_ms, Instant now)
      : upgrading_(upgrading), tick_ms_(tick_ms), last_tick_(now), alive_(tick_ms) {}

  bool upgrading() const { return upgrading_; }
  void begin(SessionId session, int32_t timeout_ms, Now now);
  bool has(SessionId session) const { return timeouts_ms_.contains(session); }
  // Its time starts anew. False: it is none of these.
  bool touch(SessionId session, int32_t timeout_ms, Now now);
  void end(SessionId session);
  // It is none of these any more. Returns the timeout that it began with. Requires: has(session).
  int32_t upgrade(SessionId session);
  // The next one that was silent for too long; it has ended. Time in which this server did not run counts for
  // none. To be called, until there is none, more often than every tick.
  std::optional<SessionId> expire_one(Now now);
  void clear();

  size_t size() const { return timeouts_ms_.size(); }
  // For `dump`.
  std::vector<SessionTracker::Bucket> buckets() const { return alive_.buckets(); }

 private:
  const bool upgrading_;
  const int32_t tick_ms_;
  Instant last_tick_;
  SessionTracker alive_;
  std::unordered_map<SessionId, int32_t> timeouts_ms_;
};

// A create of an ephemeral, or a multi with one. False of what cannot be read: that is refused on its own
// account.
bool creates_ephemeral(client::OpCode type, std::string_view body);

}  // namespace paddock::replica
