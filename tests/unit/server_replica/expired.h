// All sessions that are due at once.
#pragma once

#include <vector>

#include "server/replica/session_tracker.h"

namespace paddock::replica::testing {

inline std::vector<SessionId> expired(SessionTracker& tracker, Now now) {
  std::vector<SessionId> all;
  while (const auto session = tracker.expire_one(now)) all.push_back(*session);
  return all;
}

}  // namespace paddock::replica::testing
