#include "tests/sim/expiry_checker.h"

#include <algorithm>

#include "tests/sim/violation.h"

namespace paddock::sim {

void ExpiryChecker::leads(ServerId leader, Instant now) {
  leaders_[leader] = {now, {}};
}

void ExpiryChecker::stops(ServerId server) {
  leaders_.erase(server);
  to_pass_on_.erase(server);
}

void ExpiryChecker::heard(ServerId server, bool leading, SessionId session, Instant now) {
  if (leading) {
    leaders_[server].touched[session] = now;
  } else {
    // Of a session that was never created only that server knows.
    if (timeouts_ms_.contains(session)) to_pass_on_[server].insert(session);
  }
}

void ExpiryChecker::passes_on(ServerId follower, const std::set<SessionId>& sessions) {
  std::set<SessionId>& waiting = to_pass_on_[follower];
  for (const SessionId session : waiting) {
    require(sessions.contains(session), "C8", "s{} heard of session {:#x} and does not tell its leader",
            follower.value, session.value);
  }
  waiting.clear();
}

void ExpiryChecker::told(ServerId leader, const std::set<SessionId>& sessions, Instant now) {
  const auto found = leaders_.find(leader);
  if (found == leaders_.end()) return;
  for (const SessionId session : sessions) found->second.touched[session] = now;
}

void ExpiryChecker::creates(SessionId session, int32_t timeout_ms) {
  timeouts_ms_[session] = timeout_ms;
}

void ExpiryChecker::expires(ServerId leader, SessionId session, Instant now) const {
  const auto found = leaders_.find(leader);
  const auto timeout = timeouts_ms_.find(session);
  if (found == leaders_.end() || timeout == timeouts_ms_.end()) return;
  const auto touched = found->second.touched.find(session);
  const Instant last = touched == found->second.touched.end()
                           ? found->second.since
                           : std::max(found->second.since, touched->second);
  require(now >= last.plus_ms(timeout->second), "C8",
          "s{} ends session {:#x} {} ms after it was heard of; its timeout is {} ms", leader.value,
          session.value, (now.ns - last.ns) / 1'000'000, timeout->second);
}

}  // namespace paddock::sim
