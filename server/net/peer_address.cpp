#include "server/net/peer_address.h"

#include <fmt/core.h>

namespace paddock::net {

std::string text_of(const PeerAddress& address) {
  const bool v6 = address.host.find(':') != std::string::npos && !address.host.starts_with('[');
  return v6 ? fmt::format("[{}]:{}", address.host, address.port)
            : fmt::format("{}:{}", address.host, address.port);
}

}  // namespace paddock::net
