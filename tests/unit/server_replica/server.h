// A whole replica with a disk that makes durable what it is told to, and clients that speak frames.
//
//   Server server;
//   Client alice = server.client();            // with a session
//   alice.create("/a");                        // request 1
//   CHECK(alice.heard() == Heard{});           // nothing is durable yet
//   server.persist();
//   CHECK(alice.heard() == Heard{"1 ok"});
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
#include "znode/state.h"

namespace paddock::replica::testing {

using Heard = std::vector<std::string>;
using client::OpCode;

struct Reply {
  client::ReplyHeader header;
  std::string body;
};

struct Peer;  // the other end of one connection
class Server;

class Client {
 public:
  Client(Server& server, ConnectionId connection) : server_(&server), connection_(connection) {}

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

  Server* server_;
  ConnectionId connection_;
};

class Server {
 public:
  Server();
  ~Server();

  // Before start()
  ReplicaOptions options;
  store::Recovered recovered;
  // Elects, persists and serves. The first client() does it by itself.
  void start();

  Client connection(std::string_view address = "127.0.0.1");
  // With a session of 10 s, after which everything asked so far is durable.
  Client client();

  void step();                      // takes and hands out what is ready; nothing becomes durable
  void persist();                   // what was asked of the disk is durable, until nothing more is asked
  void persist_some(size_t count);  // the first `count` pieces of asked()
  size_t asked() const { return pending_.size(); }
  void pass(int64_t ms);  // in steps of a tick, each with tick() and step()
  void pause(int64_t ms);  // time goes by without the server
  // A new process on what is durable (and on nothing else), state from log alone.
  void restart();

  Replica& replica() { return *replica_; }
  Now now() const { return now_; }
  const std::vector<store::Append>& log() const { return log_; }
  const store::Epochs& epochs() const { return epochs_; }
  const std::vector<znode::Delta>& deltas() const { return deltas_; }

 private:
  friend class Client;

  std::unique_ptr<Replica> replica_;
  Now now_{Instant{}.plus_ms(1'000'000), WallTime{1'700'000'000'000}};
  std::map<ConnectionId, std::unique_ptr<Peer>> peers_;
  uint64_t last_connection_ = 0;
  // The disk
  std::vector<store::LogWork> pending_;
  std::vector<store::Append> log_;
  store::Epochs epochs_;
  std::vector<znode::Delta> deltas_;
};

client::ConnectRequest new_session(int32_t timeout_ms = 10'000);
// The same session again, with the password that it was given.
client::ConnectRequest again(const Client& client);
std::string header_only(int32_t xid, int32_t type);

}  // namespace paddock::replica::testing
