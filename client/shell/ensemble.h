// The ensemble behind a connection: its configuration, and where each of its servers is reached.
#pragma once

#include <string>
#include <vector>

#include "client/shell/shell.h"

namespace paddock::client::shell {

inline constexpr const char* kConfigPath = "/zookeeper/config";

// Requires, all three: there is a session.

// `type` and `body`: a request that is answered with the configuration. It lies outside of every chroot, so
// it is asked for by the server's own path.
Outcome<NodeData> ask_for_config(Shell& shell, OpCode type, const std::string& body);
Outcome<NodeData> read_config(Shell& shell);
// Those we were given and those of the configuration, each once.
std::vector<HostPort> all_servers(Shell& shell);

}  // namespace paddock::client::shell
