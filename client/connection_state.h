// ConnectionState: a session's life as programs that hold locks need to hear of it.
//
//   connected   a server answers
//   read_only   a server without a quorum answers: reads only
//   suspended   no server; the session may be over already, and what depends on it may be somebody else's
//   lost        the session is over, its ephemeral nodes with it; or there has not been one yet
//   closed      the client's end, on its own wish or after a refused authentication
#pragma once

#include <optional>
#include <string_view>

#include "client/session/session.h"

namespace paddock::client {

enum class ConnectionState { lost, suspended, connected, read_only, closed };

inline std::string_view name_of(ConnectionState state) {
  static constexpr std::string_view kNames[] = {"lost", "suspended", "connected", "read_only", "closed"};
  return kNames[static_cast<size_t>(state)];
}

// What follows `before` when the session enters `entered`; nothing when that is no news: a connection
// attempt, or being without a server still.
inline std::optional<ConnectionState> following(ConnectionState before, SessionState entered,
                                                bool read_only) {
  using S = ConnectionState;
  std::optional<ConnectionState> after;
  switch (entered) {
    case SessionState::connecting:
      break;
    case SessionState::connected:
      after = read_only ? S::read_only : S::connected;
      break;
    case SessionState::disconnected:
      if (before == S::connected || before == S::read_only) after = S::suspended;
      break;
    case SessionState::expired:
      after = S::lost;
      break;
    case SessionState::auth_failed:
    case SessionState::closed:
      after = S::closed;
      break;
  }
  return after == before ? std::nullopt : after;
}

}  // namespace paddock::client
