// The public C++ client over Asio, with callbacks; client_async.h adds completion tokens, co_await among
// them.
//
//   boost::asio::io_context io;
//   auto servers = paddock::client::parse_connect_string("127.0.0.1:2181,127.0.0.1:2182/app");
//   paddock::client::Client zk(io.get_executor(), servers.value());
//   zk.create("/a", "hello", {}, [](Outcome<Created> created) { ... });
//   io.run();
//
// Thread rule: a Client and its callbacks run on the executor given at construction; call it from there. With
// several threads in the io_context, give it a strand.
//
// Failure: an operation that was sent when the connection broke completes with connection_loss: it may or may
// not have happened. One that was not sent yet waits for the next connection, without a limit of its own.
// After the session has expired or was closed everything completes with session_expired; make a new Client
// then, unless ClientOptions::renew_sessions has it begin a new session by itself.
//
// Invariants
// 1. Every operation completes exactly once, in the order of the server's answers, and never inside a call
//    into the client.
// 2. An event is told before the completion of an operation that already sees its change.
// 3. Destroying the client completes what is outstanding with connection_loss through the executor; listeners
//    are not called any more.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/connect_string.h"
#include "client/connection_state.h"
#include "client/listeners.h"
#include "client/session/session.h"
#include "client/transport.h"
#include "protocol/base/error_code.h"
#include "protocol/client/records.h"

namespace paddock::client {

// The error or the value of one operation.
template <class T>
struct Outcome {
  ErrorCode err = ErrorCode::ok;
  T value{};
  explicit operator bool() const { return err == ErrorCode::ok; }
};
struct Nothing {};

struct OwnedAcl {
  int32_t perms = kPermAll;
  std::string scheme = "world";
  std::string id = "anyone";
  friend bool operator==(const OwnedAcl&, const OwnedAcl&) = default;
};

struct CreateOptions {
  // Constructors, because gcc 12 destroys the temporary of an aggregate twice in a co_await expression.
  CreateOptions() = default;
  CreateOptions(CreateMode chosen) : mode(chosen) {}

  CreateMode mode = CreateMode::persistent;
  std::vector<OwnedAcl> acl = {OwnedAcl{}};
  int64_t ttl_ms = 0;  // with the TTL modes
};

// What a node is to hold: bytes, or std::nullopt for null, which Java's create(path, null, ..) writes.
using NewData = std::optional<std::string>;

struct NodeData {
  std::string data;
  bool null = false;
  Stat stat;
};
struct Created {
  std::string path;
  Stat stat;
};
struct Children {
  std::vector<std::string> names;
  Stat stat;
};

// One operation of a transaction.
struct TxnOp {
  OpCode type = OpCode::check;
  std::string path;
  NewData data;
  int32_t version = -1;
  CreateOptions create;
};
struct TxnResult {
  OpCode type = OpCode::error;
  ErrorCode err = ErrorCode::ok;
  std::string path;
  Stat stat;
};

struct Event {
  EventType type = EventType::none;
  std::string path;
  Zxid zxid;
};

template <class T>
using Callback = std::function<void(Outcome<T>)>;

// What the server knows this client as.
struct Identity {
  std::string scheme;
  std::string user;
};

struct ClientOptions {
  SessionOptions session;
  int32_t connect_timeout_ms = 5000;  // of one attempt: name, TCP and handshake
  // What the recipes need: a session that expired, or must have for want of a server, is lost, and a new one
  // follows.
  bool renew_sessions = false;
  // What connections are made of; TCP when not given. TLS: tls_transport.h.
  MakeTransport transport = nullptr;
};

class Client {
 public:
  // Connects at once, to the servers in a random order, and again whenever the connection is lost.
  Client(boost::asio::any_io_executor executor, const ConnectString& servers,
         const ClientOptions& options = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // One listener each; nothing unsets it.
  void on_state(std::function<void(SessionState)> listener);
  void on_event(std::function<void(const Event&)> listener);

  // Any number of listeners, told in the order in which they came, behind those above.
  [[nodiscard]] Subscription listen_state(std::function<void(const ConnectionState&)> listener);
  [[nodiscard]] Subscription listen_events(std::function<void(const Event&)> listener);
  // Only what happens to this node.
  [[nodiscard]] Subscription listen_events(const std::string& path,
                                           std::function<void(const Event&)> listener);

  // A path that does not begin with '/' completes with bad_arguments. Version -1 stands for any.
  void create(std::string path, NewData data, const CreateOptions& options, Callback<Created> done);
  void remove(std::string path, int32_t version, Callback<Nothing> done);
  void exists(std::string path, bool watch, Callback<Stat> done);
  void get(std::string path, bool watch, Callback<NodeData> done);
  void set(std::string path, NewData data, int32_t version, Callback<Stat> done);
  void children(std::string path, bool watch, Callback<Children> done);
  void get_acl(std::string path, Callback<std::pair<std::vector<OwnedAcl>, Stat>> done);
  void set_acl(std::string path, std::vector<OwnedAcl> acl, int32_t version, Callback<Stat> done);
  void sync(std::string path, Callback<Nothing> done);
  // All or nothing. On a refusal `err` is that of the operation at fault and the value still holds a result
  // for each: ok before it (though undone), runtime_inconsistency behind it.
  void multi(std::vector<TxnOp> ops, Callback<std::vector<TxnResult>> done);
  // Events on watched paths go to the listener of on_event(); watches survive a change of the server.
  void add_watch(std::string path, AddWatchMode mode, Callback<Nothing> done);
  void remove_watches(std::string path, WatcherType type, Callback<Nothing> done);
  // The session's ephemeral nodes that begin with `prefix`; with "/" all.
  void ephemerals(std::string prefix, Callback<std::vector<std::string>> done);
  // How many nodes there are below `path`, at any depth.
  void count_descendants(std::string path, Callback<int32_t> done);
  void who_am_i(Callback<std::vector<Identity>> done);
  // Kept, and presented again to every server. A refusal ends the session (auth_failed).
  void add_auth(std::string scheme, std::string data, Callback<Nothing> done);
  // Ends the session and deletes its ephemeral nodes.
  void close(Callback<Nothing> done);
  // Any request: the encoded record in, the reply's record out; paths are the server's, without chroot.
  void raw(OpCode type, std::string body, Callback<std::string> done);

  SessionState state() const;
  ConnectionState connection_state() const;
  // True: nothing will be answered any more.
  bool ended() const;
  // Of another list of servers, from the next attempt on.
  void set_servers(std::vector<HostPort> hosts);
  SessionId session_id() const;
  // For ClientOptions::session.resumed of another client, once this one is destroyed without close().
  SessionHandle session_handle() const;
  int32_t negotiated_timeout_ms() const;
  // Why the latest connection or attempt at one failed, with the server's name; empty when none has.
  std::string last_error() const;
  boost::asio::any_io_executor executor() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace paddock::client
