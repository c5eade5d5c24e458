#include "tests/sim/client_port.h"

#include <utility>

#include "protocol/jute/endian.h"
#include "tests/sim/rules.h"
#include "tests/sim/server.h"
#include "tests/sim/world.h"

namespace paddock::sim {

std::shared_ptr<Connection> ClientPort::accept(Machine client, ClientEnd& end) {
  auto connection = world_.net.connect(client, self_.machine());
  const ConnectionId id{++last_id_};
  clients_[id] = {connection, &end, {}, false};
  connection->listen(
      Side::second,
      [this, id] {
        clients_.erase(id);
        world_.rules->client_gone(self_, id);
        self_.input([id](replica::Replica& replica, Now now) { replica.client_disconnected(id, now); });
      },
      nullptr);
  self_.input([id, client](replica::Replica& replica, Now now) {
    replica.client_connected(id, address_of(client), now);
  });
  connection->send(Side::second, 0, [&end] { end.connected(); });
  return connection;
}

void ClientPort::bytes_arrived(const Connection* connection, std::string bytes) {
  for (auto& [id, client] : clients_) {
    if (client.connection.get() != connection) continue;
    client.inbox += bytes;
    self_.input([this, id = id](replica::Replica& replica, Now now) {
      const auto found = clients_.find(id);
      if (found != clients_.end()) take_frames(id, found->second, replica, now);
    });
    return;
  }
}

bool ClientPort::take_frames(ConnectionId id, Client& client, replica::Replica& replica, Now now) {
  bool took = false;
  while (!client.dropped && client.inbox.size() >= 4 && !replica.throttled(id)) {
    const auto size = static_cast<size_t>(jute::load_int(client.inbox.data()));
    if (client.inbox.size() < 4 + size) break;
    const std::string frame = client.inbox.substr(4, size);
    client.inbox.erase(0, 4 + size);
    world_.rules->client_frame(self_, id, frame);
    client.dropped = !replica.client_frame(id, frame, now);
    took = true;
  }
  return took;
}

bool ClientPort::resume(replica::Replica& replica, Now now) {
  bool took = false;
  for (auto& [id, client] : clients_) took |= take_frames(id, client, replica, now);
  return took;
}

void ClientPort::send(replica::ClientOutput&& output) {
  const auto found = clients_.find(output.connection);
  if (found == clients_.end()) return;
  Client& client = found->second;
  world_.rules->client_output(self_, output.connection, output.bytes);
  if (!output.bytes.empty()) {
    client.connection->send(Side::second, output.bytes.size(),
                            [end = client.end, bytes = std::move(output.bytes)] { end->received(bytes); });
  }
  if (!output.close) return;
  client.connection->close(Side::second);
  world_.rules->client_gone(self_, output.connection);
  clients_.erase(found);
}

void ClientPort::process_ended(bool lossy) {
  for (auto& [id, client] : clients_) {
    client.connection->abandon(Side::second, lossy);
    world_.rules->client_gone(self_, id);
  }
  clients_.clear();
}

}  // namespace paddock::sim
