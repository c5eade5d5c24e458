// The session password that ZooKeeper computes from the session id (spec/client-protocol.md 3.5): the same on
// every server, Java or Paddock, so that a session can move. It proves nothing about the client; issue 3 adds
// the HMAC form for ensembles without Java members.
#pragma once

#include <array>

#include "protocol/base/ids.h"

namespace paddock::client {

using SessionPassword = std::array<char, 16>;

SessionPassword session_password(SessionId session);

}  // namespace paddock::client
