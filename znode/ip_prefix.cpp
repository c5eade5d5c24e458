#include "znode/ip_prefix.h"

#include <arpa/inet.h>

#include <charconv>
#include <string>

namespace paddock::znode {
namespace {

// As Java's Integer.parseInt, which takes a sign, for the range 0..limit.
std::optional<int> parse_number(std::string_view text, int limit) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value < 0 || value > limit) return std::nullopt;
  return value;
}

bool parse_ipv4(std::string_view text, IpPrefix& prefix) {
  for (size_t i = 0; i < 4; ++i) {
    const size_t dot = text.find('.');
    if ((dot == std::string_view::npos) != (i == 3)) return false;
    const std::optional<int> part = parse_number(text.substr(0, dot), 255);
    if (!part) return false;
    prefix.address[i] = static_cast<uint8_t>(*part);
    text.remove_prefix(i == 3 ? text.size() : dot + 1);
  }
  prefix.length = 4;
  return true;
}

bool parse_ipv6(std::string_view text, IpPrefix& prefix) {
  if (text.find('\0') != std::string_view::npos) return false;
  prefix.length = 16;
  return inet_pton(AF_INET6, std::string(text).c_str(), prefix.address.data()) == 1;
}

}  // namespace

std::optional<IpPrefix> IpPrefix::parse(std::string_view text) {
  const size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  IpPrefix prefix;
  if (!parse_ipv4(address, prefix) && !parse_ipv6(address, prefix)) return std::nullopt;
  prefix.bits = prefix.length * 8;
  if (slash == std::string_view::npos) return prefix;
  const std::optional<int> bits = parse_number(text.substr(slash + 1), prefix.bits);
  if (!bits) return std::nullopt;
  prefix.bits = *bits;
  return prefix;
}

bool IpPrefix::covers(const IpPrefix& other) const {
  if (length != other.length) return false;
  for (int i = 0; i < bits; ++i) {
    const int differs = address[static_cast<size_t>(i / 8)] ^ other.address[static_cast<size_t>(i / 8)];
    if ((differs >> (7 - i % 8) & 1) != 0) return false;
  }
  return true;
}

}  // namespace paddock::znode
