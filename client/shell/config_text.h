// The configuration of an ensemble as /zookeeper/config holds it:
// "server.1=host:2888:3888:participant;host:2181" a line, and "version=100000000". Pure; what it does not
// understand it leaves out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/connect_string.h"

namespace paddock::client::shell {

struct ConfigServer {
  std::string id;
  std::string host;  // for other servers
  std::string role;  // "participant", "observer"
  std::optional<HostPort> client;
};

struct ConfigText {
  std::vector<ConfigServer> servers;
  std::string version;

  static ConfigText parse(std::string_view text);

  // "100000000 host:2181,host:2182", as zkCli's `config -c`.
  std::string client_text() const;
  // Where clients reach the servers: the host for servers, where the one for clients is a wildcard.
  std::vector<HostPort> client_addresses() const;
};

}  // namespace paddock::client::shell
