// The connect string of every ZooKeeper client: "host:port,host:port/chroot". A host is a name, an IPv4
// address or an IPv6 address in brackets; the port may be missing and is 2181 then. Pure: resolves nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.h"

namespace paddock::client {

inline constexpr uint16_t kDefaultPort = 2181;

struct HostPort {
  std::string host;  // without brackets
  uint16_t port = kDefaultPort;
  friend bool operator==(const HostPort&, const HostPort&) = default;
};

// "host:port", an IPv6 address in brackets.
std::string to_string(const HostPort& address);

struct ConnectString {
  std::vector<HostPort> hosts;  // never empty
  std::string chroot;           // "" for none, otherwise a valid path other than "/"
  friend bool operator==(const ConnectString&, const ConnectString&) = default;
};

// A fault names the part that is wrong.
Result<ConnectString> parse_connect_string(std::string_view text);

}  // namespace paddock::client
