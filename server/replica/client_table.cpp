#include "server/replica/client_table.h"

#include <utility>

#include "protocol/base/check.h"

namespace paddock::replica {

using Stage = ClientConnection::Stage;

void ClientTable::add(ConnectionId id, std::string_view address, WallTime now) {
  auto connection = std::make_unique<ClientConnection>();
  connection->id = id;
  connection->connected_at = now;
  connection->identities =
      std::make_shared<const znode::Identities>(znode::Identities{znode::ip_identity(address)});
  const bool added = by_id_.emplace(id, std::move(connection)).second;
  PADDOCK_CHECK(added, "connection {} connected twice", id.value);
}

ClientConnection* ClientTable::find(ConnectionId id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second.get();
}

ClientConnection* ClientTable::serving(SessionId session) {
  const auto found = by_session_.find(session);
  return found == by_session_.end() ? nullptr : found->second;
}

void ClientTable::bind(ClientConnection& connection, SessionId session) {
  const bool bound = by_session_.emplace(session, &connection).second;
  PADDOCK_CHECK(bound, "session {:#x} is served by two connections", session.value);
  connection.session = session;
}

void ClientTable::push(ClientConnection& connection, WaitingRequest request) {
  ++counters_.outstanding;
  large_requests_.begin(request.asked.bytes);
  if (request.asked.xid.value > 0) ++connection.counted;
  if (request.kind == WaitingRequest::Kind::sync) ++connection.syncs;
  if (request.takes_long) ++connection.long_reads;
  connection.waiting_bytes += request.asked.bytes;
  connection.waiting.push_back(std::move(request));
}

WaitingRequest ClientTable::pop(ClientConnection& connection) {
  PADDOCK_CHECK(!connection.waiting.empty(), "connection {} has no request to answer", connection.id.value);
  WaitingRequest request = std::move(connection.waiting.front());
  connection.waiting.pop_front();
  --counters_.outstanding;
  large_requests_.end(request.asked.bytes);
  if (request.asked.xid.value > 0) --connection.counted;
  if (request.takes_long) --connection.long_reads;
  connection.waiting_bytes -= request.asked.bytes;
  return request;
}

std::string& ClientTable::output(ClientConnection& connection) {
  if (!std::exchange(connection.due, true)) {
    due_.push_back(connection.id);
    connection.output.reserve(connection.last_output_size);
  }
  return connection.output;
}

void ClientTable::end(ClientConnection& connection) {
  if (connection.stage == Stage::closing) return;
  connection.stage = Stage::closing;
  const auto bound = by_session_.find(connection.session);
  if (bound != by_session_.end() && bound->second == &connection) by_session_.erase(bound);
  watches_.drop_connection(connection.id);
  counters_.outstanding -= static_cast<int64_t>(connection.waiting.size());
  for (const WaitingRequest& request : connection.waiting) large_requests_.end(request.asked.bytes);
  connection.waiting.clear();
  connection.counted = 0;
  connection.syncs = 0;
  connection.long_reads = 0;
  connection.waiting_bytes = 0;
}

void ClientTable::close(ClientConnection& connection) {
  if (connection.stage == Stage::closing) return;
  ++counters_.connection_drops;
  end(connection);
  output(connection);
}

void ClientTable::close_all() {
  for_each([this](ClientConnection& connection) { close(connection); });
}

void ClientTable::drop(ConnectionId id) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return;
  end(*found->second);
  by_id_.erase(found);
}

std::vector<ClientOutput> ClientTable::take_outputs() {
  std::vector<ClientOutput> outputs;
  outputs.reserve(due_.size());
  for (const ConnectionId id : due_) {
    ClientConnection* connection = find(id);
    if (!connection) continue;
    const bool close = connection->stage == Stage::closing;
    connection->last_output_size = connection->output.size();
    outputs.push_back({id, std::exchange(connection->output, {}), close});
    connection->due = false;
    if (close) by_id_.erase(id);
  }
  due_.clear();
  return outputs;
}

}  // namespace paddock::replica
