#include "server/net/peer_text.h"

#include <fmt/core.h>

namespace paddock::net {

namespace ip = boost::asio::ip;

ip::address unmapped(const ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  return address;
}

std::string address_text(const ip::address& address) {
  const ip::address plain = unmapped(address);
  if (plain.is_v4()) return plain.to_string();
  const auto bytes = plain.to_v6().to_bytes();
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 2) {
    if (i > 0) text += ':';
    text += fmt::format("{:x}", bytes[i] << 8 | bytes[i + 1]);
  }
  return text;
}

std::string endpoint_text(const ip::tcp::endpoint& endpoint) {
  const bool v6 = unmapped(endpoint.address()).is_v6();
  const std::string host = address_text(endpoint.address());
  return v6 ? fmt::format("/[{}]:{}", host, endpoint.port()) : fmt::format("/{}:{}", host, endpoint.port());
}

}  // namespace paddock::net
