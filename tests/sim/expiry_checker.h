// ExpiryChecker: C8, never early. A leader ends a silent session only when the whole timeout has passed, by
// its own clock, since it heard of the session last: from the session's client, or from the follower that the
// client talks to; and a follower passes on all that it heard.
//
// All instants are of the clock of the server that is named.
#pragma once

#include <cstdint>
#include <map>
#include <set>

#include "protocol/base/ids.h"
#include "protocol/base/time.h"

namespace paddock::sim {

class ExpiryChecker {
 public:
  // A leader serves from here on: every session has its whole timeout again.
  void leads(ServerId leader, Instant now);
  // A server serves nobody any more.
  void stops(ServerId server);
  // A client's frame came to `server` for its session.
  void heard(ServerId server, bool leading, SessionId session, Instant now);
  // A follower answers its leader's PING with these sessions.
  void passes_on(ServerId follower, const std::set<SessionId>& sessions);
  // They arrive.
  void told(ServerId leader, const std::set<SessionId>& sessions, Instant now);
  // The leader proposes the session, maybe long after it was asked for ...
  void creates(SessionId session, int32_t timeout_ms);
  // ... and its end, for its silence.
  void expires(ServerId leader, SessionId session, Instant now) const;

 private:
  struct Leader {
    Instant since;
    std::map<SessionId, Instant> touched;
  };
  std::map<ServerId, Leader> leaders_;
  std::map<SessionId, int32_t> timeouts_ms_;
  std::map<ServerId, std::set<SessionId>> to_pass_on_;
};

}  // namespace paddock::sim
