#include "client/shell/ensemble.h"

#include <algorithm>

#include "client/shell/config_text.h"
#include "protocol/jute/codec.h"

namespace paddock::client::shell {

Outcome<NodeData> ask_for_config(Shell& shell, OpCode type, const std::string& body) {
  const auto reply = shell.zk().call<std::string>(
      [=](Client& client, Callback<std::string> done) { client.raw(type, body, std::move(done)); });
  if (!reply) return {reply.err, {}};
  const auto record = jute::decoded<GetDataResponse>(reply.value);
  if (!record) return {ErrorCode::marshalling_error, {}};
  return {ErrorCode::ok, {std::string(record->data.view()), record->data.is_null(), record->stat}};
}

Outcome<NodeData> read_config(Shell& shell) {
  return ask_for_config(shell, OpCode::get_data, jute::encoded(PathWatchRequest{kConfigPath, false}));
}

std::vector<HostPort> all_servers(Shell& shell) {
  std::vector<HostPort> servers = parse_connect_string(shell.options().servers).value().hosts;
  const auto config = read_config(shell);
  if (!config) return servers;
  for (const HostPort& address : ConfigText::parse(config.value.data).client_addresses()) {
    const bool known = std::find(servers.begin(), servers.end(), address) != servers.end();
    if (!known) servers.push_back(address);
  }
  return servers;
}

}  // namespace paddock::client::shell
