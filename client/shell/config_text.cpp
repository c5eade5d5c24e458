#include "client/shell/config_text.h"

#include <charconv>

#include "protocol/base/text.h"

namespace paddock::client::shell {
namespace {

// Cuts at the first `separator`; without one everything is in front.
std::string_view cut(std::string_view& rest, char separator) {
  const size_t end = rest.find(separator);
  const std::string_view front = rest.substr(0, end);
  rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
  return front;
}

std::string without_brackets(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return std::string(host);
}

// "2181", "host:2181" or "[::1]:2181"
std::optional<HostPort> parse_client(std::string_view text) {
  const size_t colon = text.rfind(':');
  const std::string_view digits = colon == text.npos ? text : text.substr(colon + 1);
  HostPort address{colon == text.npos ? "0.0.0.0" : without_brackets(text.substr(0, colon)), 0};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return address;
}

// "host:2888:3888:participant"; of several addresses the first.
void parse_quorum(std::string_view text, ConfigServer& server) {
  text = cut(text, '|');
  size_t host_end = text.find(':');
  if (text.starts_with('[')) host_end = text.find(']') == text.npos ? text.npos : text.find(']') + 1;
  server.host = without_brackets(text.substr(0, host_end));
  const std::string_view last = text.substr(text.rfind(':') + 1);
  server.role = last == "observer" ? "observer" : "participant";
}

}  // namespace

ConfigText ConfigText::parse(std::string_view text) {
  ConfigText config;
  while (!text.empty()) {
    std::string_view value = trim(cut(text, '\n'));
    const std::string_view key = trim(cut(value, '='));
    if (key == "version") config.version = trim(value);
    if (!key.starts_with("server.")) continue;
    ConfigServer server;
    server.id = key.substr(std::string_view("server.").size());
    parse_quorum(trim(cut(value, ';')), server);
    server.client = parse_client(trim(value));
    config.servers.push_back(std::move(server));
  }
  return config;
}

std::string ConfigText::client_text() const {
  std::string hosts;
  for (const ConfigServer& server : servers) {
    if (!server.client) continue;
    hosts += (hosts.empty() ? "" : ",") + to_string(*server.client);
  }
  return version + ' ' + hosts;
}

std::vector<HostPort> ConfigText::client_addresses() const {
  std::vector<HostPort> addresses;
  for (const ConfigServer& server : servers) {
    if (!server.client) continue;
    const bool wildcard = server.client->host == "0.0.0.0" || server.client->host == "::";
    addresses.push_back({wildcard ? server.host : server.client->host, server.client->port});
  }
  return addresses;
}

}  // namespace paddock::client::shell
