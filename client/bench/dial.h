// dial(): a connected TCP socket to a server, by name, blocking, with TCP_NODELAY and a receive timeout.
#pragma once

#include "client/connect_string.h"
#include "protocol/base/result.h"

namespace paddock::client::bench {

// Tries every address of the name. The caller owns the descriptor. A fault names server and reason.
Result<int> dial(const HostPort& server, int timeout_ms);

}  // namespace paddock::client::bench
