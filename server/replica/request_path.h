// RequestPath: every frame behind the connect request, to the part that answers it (spec/client-protocol.md
// sections 4, 5 and 12.1).
#pragma once

#include <optional>
#include <string_view>

#include "server/replica/core.h"
#include "server/replica/read_path.h"
#include "server/replica/sasl_login.h"

namespace paddock::replica {

// What every request begins with.
struct RequestHead {
  Xid xid;
  client::OpCode type = client::OpCode::error;
  // Nothing: the frame is no request.
  static std::optional<RequestHead> of(std::string_view frame);
};

class RequestPath {
 public:
  // Both must outlive the path.
  RequestPath(Core& core, ReadPath& reads) : core_(core), reads_(reads), login_(core) {}

  // Requires: the connection is established. False: the frame is no request, drop the connection. `arrived`:
  // when the frame did.
  bool request(ClientConnection& connection, std::string_view frame, Now now, Instant arrived);
  // A request has come, and is kept for later.
  void heard(const ClientConnection& connection, Now now) { check_session(connection, now); }
  // It is answered with `refusal`, in its turn.
  void turn_away(ClientConnection& connection, const Asked& asked, ErrorCode refusal, Now now);
  // Its session was to end, and is not waited for any more.
  void end_session(const ClientConnection& connection, Xid xid, Now now);

 private:
  // Through the session's order.
  void admit(ClientConnection& connection, const Asked& asked, std::string_view body, Now now);
  void read(ClientConnection& connection, const Asked& asked, std::string_view body, Now now);
  void sync(ClientConnection& connection, const Asked& asked, std::string_view body, Now now);
  void write(ClientConnection& connection, const Asked& asked, std::string_view body, ErrorCode session_check,
             Now now);
  void refuse(ClientConnection& connection, const Asked& asked, ErrorCode refusal, Now now);
  // Whether the session lives. ephemeral_on_local_session: it does, and no leader knows it.
  ErrorCode check_session(const ClientConnection& connection, Now now);
  void end_local(ClientConnection& connection, const Asked& asked, Now now);
  // Makes a local session the ensemble's, in front of what it asks for next.
  void upgrade(const ClientConnection& connection, Now now);
  // Past it.
  bool prove(ClientConnection& connection, const RequestHead& head, std::string_view body, Instant now);
  bool authenticate(ClientConnection& connection, Xid xid, std::string_view body, Instant now);
  void check_ensemble(ClientConnection& connection, Xid xid, std::string_view name);
  bool may_ask(const ClientConnection& connection) const;
  void refuse_unproved(ClientConnection& connection, Xid xid);
  void refuse_type(ClientConnection& connection, Xid xid);

  Core& core_;
  ReadPath& reads_;
  SaslLogin login_;
};

}  // namespace paddock::replica
