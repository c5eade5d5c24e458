#include "client/connect_string.h"

#include <charconv>

#include "protocol/base/paths.h"

namespace paddock::client {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

Result<uint16_t> parse_port(std::string_view text, std::string_view server) {
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) {
    return make_fault("'{}' in '{}' is not a port (1 to 65535)", text, server);
  }
  return port;
}

// Splits "[::1]:2181" or "name:2181" into host and what follows it (":2181" or nothing).
Result<std::pair<std::string_view, std::string_view>> split_host(std::string_view server) {
  if (server.starts_with('[')) {
    const size_t close = server.find(']');
    if (close == std::string_view::npos) return make_fault("'{}' lacks the closing ']'", server);
    return std::pair(server.substr(1, close - 1), server.substr(close + 1));
  }
  const size_t colon = server.find(':');
  if (colon == std::string_view::npos) return std::pair(server, std::string_view());
  if (server.find(':', colon + 1) != std::string_view::npos) {
    return make_fault("'{}' holds several ':'; write an IPv6 address in brackets, as in [::1]:2181", server);
  }
  return std::pair(server.substr(0, colon), server.substr(colon));
}

Result<HostPort> parse_host(std::string_view server) {
  const auto parts = split_host(server);
  if (!parts) return parts.fault();
  const auto [host, rest] = parts.value();
  if (host.empty()) return make_fault("'{}' names no host", server);
  if (rest.empty()) return HostPort{std::string(host), kDefaultPort};
  if (rest.front() != ':') return make_fault("'{}' is not HOST:PORT", server);
  const auto port = parse_port(rest.substr(1), server);
  if (!port) return port.fault();
  return HostPort{std::string(host), port.value()};
}

}  // namespace

std::string to_string(const HostPort& address) {
  const bool is_ipv6 = address.host.find(':') != std::string::npos;
  return is_ipv6 ? fmt::format("[{}]:{}", address.host, address.port)
                 : fmt::format("{}:{}", address.host, address.port);
}

Result<ConnectString> parse_connect_string(std::string_view text) {
  ConnectString parsed;
  const size_t slash = text.find('/');
  std::string_view servers = text.substr(0, slash);
  if (slash != std::string_view::npos && text.substr(slash) != "/") {
    parsed.chroot = text.substr(slash);
    if (!is_valid_path(parsed.chroot)) return make_fault("'{}' is not a valid chroot path", parsed.chroot);
  }
  while (!servers.empty()) {
    const size_t comma = servers.find(',');
    const std::string_view server = trimmed(servers.substr(0, comma));
    servers = comma == std::string_view::npos ? std::string_view() : servers.substr(comma + 1);
    if (server.empty()) continue;
    auto host = parse_host(server);
    if (!host) return host.fault();
    parsed.hosts.push_back(std::move(host).value());
  }
  if (parsed.hosts.empty()) return make_fault("'{}' names no server; write HOST:PORT[,HOST:PORT...]", text);
  return parsed;
}

}  // namespace paddock::client
