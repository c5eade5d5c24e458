// Where another server listens: as configured, resolved anew at each attempt.
#pragma once

#include <cstdint>
#include <string>

namespace paddock::net {

struct PeerAddress {
  std::string host;  // a name or an address without brackets
  int32_t port = 0;
  friend bool operator==(const PeerAddress&, const PeerAddress&) = default;
};

// "host:port"; an IPv6 address in brackets.
std::string text_of(const PeerAddress& address);

}  // namespace paddock::net
