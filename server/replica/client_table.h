// ClientTable: the connections of this server, whose output is due, and which of them serves which session.
//
// Invariant: a session has at most one connection that is not closing.
#pragma once

#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "server/replica/client_connection.h"
#include "server/replica/replica.h"

namespace paddock::replica {

class ClientTable {
 public:
  // All must outlive the table.
  ClientTable(ServerCounters& counters, znode::Watches& watches, LargeRequests& large_requests)
      : counters_(counters), watches_(watches), large_requests_(large_requests) {}

  void add(ConnectionId id, std::string_view address, WallTime now);
  // Null once it is gone.
  ClientConnection* find(ConnectionId id);
  // Null if no connection that is not closing serves it.
  ClientConnection* serving(SessionId session);
  // Requires: nobody serves `session`.
  void bind(ClientConnection& connection, SessionId session);

  void push(ClientConnection& connection, WaitingRequest request);
  // Requires: something waits.
  WaitingRequest pop(ClientConnection& connection);

  // Where to append output; it will be in the next take_outputs().
  std::string& output(ClientConnection& connection);
  // No more requests and no more replies; what is in its output still goes out.
  void close(ClientConnection& connection);
  void close_all();
  // The other side is gone: forgets the connection and its output.
  void drop(ConnectionId id);
  std::vector<ClientOutput> take_outputs();
  bool anything_due() const { return !due_.empty(); }

  template <class Visit>
  void for_each(Visit&& visit) const {
    for (const auto& [id, connection] : by_id_) visit(*connection);
  }
  template <class Visit>
  void for_each(Visit&& visit) {
    for (auto& [id, connection] : by_id_) visit(*connection);
  }

 private:
  void end(ClientConnection& connection);

  ServerCounters& counters_;
  znode::Watches& watches_;
  LargeRequests& large_requests_;
  std::unordered_map<ConnectionId, std::unique_ptr<ClientConnection>> by_id_;
  std::unordered_map<SessionId, ClientConnection*> by_session_;
  std::vector<ConnectionId> due_;
};

}  // namespace paddock::replica
