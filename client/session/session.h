// The client's side of a ZooKeeper session, sans-IO (spec/client-protocol.md): handshake, xids, the order of
// replies, pings, re-connection with all watches and auth re-sent. The owner of a socket feeds bytes and time
// in and takes bytes and events out; the same machine serves the asynchronous client, the shell and
// the simulator.
//
// Owner: one thread. Never blocks, reads no clock.
//
// Invariants
// 1. Replies match requests in order; anything else is a broken connection.
// 2. A request that was sent and not answered when the connection broke fails with connection_loss, in order.
// 3. An event is reported before any later reply of the same connection.
// 4. After `expired`, `auth_failed` or `closed` no input but renew() changes anything and the socket is to be
//    closed. What is submitted later is answered at once: auth_failed after a failed authentication, else
//    session_expired.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "client/session/login.h"
#include "protocol/base/error_code.h"
#include "protocol/base/ids.h"
#include "protocol/base/time.h"
#include "protocol/client/opcode.h"
#include "protocol/client/records.h"

namespace paddock::client {

enum class SessionState { disconnected, connecting, connected, expired, auth_failed, closed };

// A session without its connection: another process, or a later life of this one, can go on with it.
struct SessionHandle {
  SessionId id;
  std::string password = std::string(16, '\0');
  Zxid last_zxid;
};

struct SessionOptions {
  int32_t timeout_ms = 30000;
  bool read_only = false;
  int32_t max_frame = 64 << 20;
  bool rearm_watches = true;  // setWatches after a reconnect
  // Without a server for the session's whole timeout the session is over, whatever a server might say later:
  // who holds a lock must not wait for a network to be told so.
  bool expires_locally = false;
  SessionHandle resumed = {};  // id 0: a new session
  // Proves on each connection, before it counts as connected, who this client is; one that is refused ends
  // with auth_failed. digest_login.h and kerberos_login.h make one.
  MakeInitiator login = nullptr;
};

// What the session reports, in order.
struct StateChanged {
  SessionState state = SessionState::disconnected;
};
struct Replied {
  uint64_t tag = 0;  // as given to submit()
  OpCode type = OpCode::error;
  ErrorCode err = ErrorCode::ok;
  Zxid zxid;
  std::string body;  // the reply's record, undecoded; empty on error
};
struct Notified {
  EventType type = EventType::none;
  std::string path;
  Zxid zxid;
};
using SessionEvent = std::variant<StateChanged, Replied, Notified>;

// What a successful request leaves behind as a watch, so that it can be re-armed.
enum class WatchIntent { none, data, exists, child, persistent, recursive };

class Session {
 public:
  explicit Session(const SessionOptions& options);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // --- In: the connection's life
  // A socket to some server is open: the handshake goes out. `host`: as the connect string names it, for
  // logins.
  void connected(Now now, std::string host = {});
  void disconnected(Now now);  // it is gone
  // Bytes from the socket. False: the server broke the protocol; close the socket and call disconnected().
  [[nodiscard]] bool received(std::string_view bytes, Now now);
  void tick(Now now);  // pings, and the deadline of a silent server

  // What a step of the login that was taken has come to; see login.h.
  void login_stepped(uint64_t number, const Result<LoginToken>& token, Now now);

  // --- In: requests. `body` is the encoded record. Queued while disconnected.
  void submit(uint64_t tag, OpCode type, std::string body, WatchIntent watch, std::string_view watch_path);
  // Kept, and sent first on every later connection. Its Replied has type auth.
  void add_auth(uint64_t tag, std::string scheme, std::string data);
  // Begins a new session in place of an expired one: credentials are kept, watches and position are not.
  // Requires: state() == expired.
  void renew();
  // Ends the session behind what was submitted; without a connection at once. Reported as `closed`.
  void close(Now now);

  // --- Out
  // Bytes for the socket; empties the buffer.
  std::string take_output();
  bool has_output() const;
  std::vector<SessionEvent> take_events();
  // True: the server has been silent for too long or broke the protocol, no login can begin, or the session
  // has ended: close the socket.
  bool wants_disconnect() const;
  // To be taken on another thread; the rest of the login waits for it.
  std::optional<LoginStep> take_login_step();
  // Why the latest login could not go on, as far as this side knows. Empty if it could.
  const std::string& login_fault() const;

  SessionState state() const;
  SessionId id() const;
  std::string password() const;
  SessionHandle handle() const;
  bool on_read_only_server() const;
  bool closing() const;
  int32_t negotiated_timeout_ms() const;
  Zxid last_zxid() const;
  size_t outstanding() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace paddock::client
