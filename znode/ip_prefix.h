// IpPrefix: the id of an ACL entry of scheme "ip": an address, or address/bits
// (spec/client-protocol.md 12.4).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace paddock::znode {

struct IpPrefix {
  std::array<uint8_t, 16> address{};
  int length = 0;  // of the address in bytes: 4 or 16
  int bits = 0;    // that count, from the front

  // Nothing for what ZooKeeper refuses.
  static std::optional<IpPrefix> parse(std::string_view text);
  // Families must agree: an IPv4 prefix never covers an IPv6 address.
  bool covers(const IpPrefix& other) const;
};

}  // namespace paddock::znode
