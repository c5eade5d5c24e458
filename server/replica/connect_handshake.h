// ConnectHandshake: the first frame of a connection, up to a session that is set up or refused
// (spec/client-protocol.md 3.1 to 3.5).
#pragma once

#include <string_view>

#include "protocol/client/records.h"
#include "server/replica/connection_throttle.h"
#include "server/replica/core.h"
#include "server/replica/session_ids.h"

namespace paddock::replica {

class ConnectHandshake {
 public:
  // `core` must outlive the handshake.
  ConnectHandshake(Core& core, Random random, Now started);

  // The connect request. False: drop the connection without a word.
  bool connect(ClientConnection& connection, std::string_view frame, Now now);
  // The createSession transaction of this connection was applied.
  void session_created(ClientConnection& connection, const Asked& asked, Instant now);
  // The leader has said whether the session lives that this connection came with.
  void session_resumed(ClientConnection& connection, bool valid);

  int32_t min_timeout_ms() const { return min_timeout_ms_; }
  int32_t max_timeout_ms() const { return max_timeout_ms_; }

 private:
  bool may_begin_session(const ClientConnection& connection);
  void begin_session(ClientConnection& connection, Now now);
  void begin_local(ClientConnection& connection, const Asked& asked, Now now);
  void resume_session(ClientConnection& connection, const client::ConnectRequest& request, Now now);
  void end_earlier(SessionId session, Now now);
  void accept(ClientConnection& connection);
  void refuse(ClientConnection& connection);
  void respond(ClientConnection& connection, int32_t timeout_ms, SessionId session,
               std::string_view password);

  Core& core_;
  int32_t min_timeout_ms_;
  int32_t max_timeout_ms_;
  SessionIds ids_;
  ConnectionThrottle throttle_;
};

}  // namespace paddock::replica
