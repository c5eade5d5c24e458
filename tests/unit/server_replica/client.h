// Clients that speak frames, of a replica that is driven by a test.
//
// What a client hears, in order: "session" or "refused" for the connect response, "<xid> ok" or "<xid> <err>"
// for a reply, "created /a", "deleted /a", "changed /a", "children /a" for an event, "closed" at the end.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/client/records.h"
#include "protocol/jute/codec.h"
#include "server/replica/replica.h"

namespace paddock::replica::testing {

using Heard = std::vector<std::string>;
using client::OpCode;

struct Reply {
  client::ReplyHeader header;
  std::string body;
};

struct Peer;  // the other end of one connection
class ClientHost;

class Client {
 public:
  Client(ClientHost& host, ConnectionId connection) : host_(&host), connection_(connection) {}

  ConnectionId connection() const { return connection_; }
  // Establishing
  bool ask_session(client::ConnectRequest request);
  client::ConnectResponse response() const;  // Requires: "session" or "refused" was heard
  SessionId session() const;

  // Requests; each takes the next xid unless one is named. False: the server wants the connection dropped.
  bool send(OpCode type, const std::string& record, std::optional<int32_t> xid = std::nullopt);
  bool raw(std::string_view frame);
  bool create(std::string_view path, int32_t flags = 0, std::string_view data = "");
  bool create_with_acl(std::string_view path, const client::Vector<client::Acl>& acl);
  bool set(std::string_view path, std::string_view data);
  bool remove(std::string_view path);
  bool get(std::string_view path, bool watch = false);
  bool exists(std::string_view path, bool watch = false);
  bool children(std::string_view path, bool watch = false);
  bool sync(std::string_view path);
  bool ping();
  bool close_session();
  bool auth(std::string_view scheme, std::string_view credential);
  void disconnect();

  // Everything since the last call.
  Heard heard();
  // The replies so far, oldest first; the last one's body as a record.
  const std::vector<Reply>& replies() const;
  template <class Record>
  Record last() const {
    return *jute::decoded<Record>(replies().back().body);
  }

 private:
  Peer& peer() const;

  ClientHost* host_;
  ConnectionId connection_;
};

// What runs a replica for its clients.
class ClientHost {
 public:
  ClientHost();
  virtual ~ClientHost();
  ClientHost(const ClientHost&) = delete;
  ClientHost& operator=(const ClientHost&) = delete;

  virtual Replica& replica() = 0;
  virtual Now now() const = 0;
  // Takes and hands out what is ready.
  virtual void step() = 0;

  Client connection(std::string_view address = "127.0.0.1");

 protected:
  void hear(const std::vector<ClientOutput>& outputs);
  void forget_clients();

 private:
  friend class Client;
  std::map<ConnectionId, std::unique_ptr<Peer>> peers_;
  uint64_t last_connection_ = 0;
};

client::ConnectRequest new_session(int32_t timeout_ms = 10'000);
// The same session again, with the password that it was given.
client::ConnectRequest again(const Client& client);
std::string header_only(int32_t xid, int32_t type);

}  // namespace paddock::replica::testing
