// The public C++ client over Asio: callbacks and co_await (issue 4 adds futures and a blocking facade).
//
// Thread rule: a Client and its completions run on the executor given at construction; call it from there.
// No callback runs inside a call into the client. What is outstanding when the client is destroyed completes
// with connection_loss... through the executor.
//
//   boost::asio::io_context io;
//   paddock::client::Client zk(io.get_executor(), "127.0.0.1:2181");
//   zk.create("/a", "hello", {}, [](Outcome<std::string> path) { ... });
//   auto stat = co_await zk.exists("/a", no_watch, boost::asio::use_awaitable)   // see client_async.h
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/session/session.h"
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
  CreateMode mode = CreateMode::persistent;
  std::vector<OwnedAcl> acl = {OwnedAcl{}};
  int64_t ttl_ms = 0;  // with the TTL modes
};

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
  std::string data;
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

struct ClientOptions {
  SessionOptions session;
  int32_t connect_timeout_ms = 5000;
};

class Client {
 public:
  // `servers`: "host:port,host:port/chroot". Connects at once.
  Client(boost::asio::any_io_executor executor, std::string_view servers, const ClientOptions& options = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void on_state(std::function<void(SessionState)> listener);
  void on_event(std::function<void(const Event&)> listener);

  void create(std::string path, std::string data, const CreateOptions& options, Callback<Created> done);
  void remove(std::string path, int32_t version, Callback<Nothing> done);
  void exists(std::string path, bool watch, Callback<Stat> done);
  void get(std::string path, bool watch, Callback<NodeData> done);
  void set(std::string path, std::string data, int32_t version, Callback<Stat> done);
  void children(std::string path, bool watch, Callback<Children> done);
  void get_acl(std::string path, Callback<std::pair<std::vector<OwnedAcl>, Stat>> done);
  void set_acl(std::string path, std::vector<OwnedAcl> acl, int32_t version, Callback<Stat> done);
  void sync(std::string path, Callback<Nothing> done);
  void multi(std::vector<TxnOp> ops, Callback<std::vector<TxnResult>> done);
  void add_watch(std::string path, AddWatchMode mode, Callback<Nothing> done);
  void remove_watches(std::string path, WatcherType type, Callback<Nothing> done);
  void add_auth(std::string scheme, std::string data, Callback<Nothing> done);
  void close(Callback<Nothing> done);
  // Any request: the encoded record in, the reply's record out.
  void raw(OpCode type, std::string body, Callback<std::string> done);

  SessionState state() const;
  SessionId session_id() const;
  int32_t negotiated_timeout_ms() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace paddock::client
