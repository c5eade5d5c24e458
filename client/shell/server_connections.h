// The connections that a server has, as its four-letter word `cons` lists them. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace paddock::client::shell {

struct ServerConnection {
  std::string server;
  std::string client;  // address and port
  int64_t session = 0;
  int64_t timeout_ms = 0;
  std::string last_operation;  // "GETD"
  friend bool operator==(const ServerConnection&, const ServerConnection&) = default;
};

// Those with a session:
//   " /127.0.0.1:50846[1](queued=0,recved=1,sent=1,sid=0x1000a,lop=PING,...,to=30000,...)"
std::vector<ServerConnection> parse_cons(std::string_view server, std::string_view text);

}  // namespace paddock::client::shell
