#include "client/shell/server_connections.h"

#include <cstdlib>

#include "client/shell/pattern.h"

namespace paddock::client::shell {
namespace {

// Of "key=value,key=value)"; empty without the key.
std::string field_of(std::string_view line, std::string_view key) {
  for (const char before : {',', '('}) {
    const std::string wanted = before + std::string(key) + '=';
    const size_t found = line.find(wanted);
    if (found == line.npos) continue;
    const std::string_view value = line.substr(found + wanted.size());
    return std::string(value.substr(0, value.find_first_of(",)")));
  }
  return {};
}

}  // namespace

std::vector<ServerConnection> parse_cons(std::string_view server, std::string_view text) {
  std::vector<ServerConnection> connections;
  for (const std::string_view line : lines_of(text)) {
    const std::string session = field_of(line, "sid");
    const size_t bracket = line.find("[", line.find("]:") == line.npos ? 0 : line.find("]:"));
    const size_t slash = line.find('/');
    if (session.empty() || slash == line.npos || bracket == line.npos || bracket < slash) continue;
    ServerConnection connection;
    connection.server = server;
    connection.client = line.substr(slash + 1, bracket - slash - 1);
    connection.session = static_cast<int64_t>(std::strtoull(session.c_str(), nullptr, 16));
    connection.timeout_ms = std::strtoll(field_of(line, "to").c_str(), nullptr, 10);
    connection.last_operation = field_of(line, "lop");
    connections.push_back(std::move(connection));
  }
  return connections;
}

}  // namespace paddock::client::shell
