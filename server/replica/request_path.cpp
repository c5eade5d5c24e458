#include "server/replica/request_path.h"

#include <memory>
#include <optional>
#include <string>

#include "protocol/client/records.h"
#include "protocol/jute/codec.h"
#include "protocol/jute/reader.h"

namespace paddock::replica {

using client::OpCode;
using client::OpKind;
using Kind = WaitingRequest::Kind;

bool RequestPath::request(ClientConnection& connection, std::string_view frame, Now now) {
  jute::Reader reader(frame);
  const Xid xid{reader.read_int()};
  const auto type = static_cast<OpCode>(reader.read_int());
  if (!reader.ok()) return false;
  switch (client::kind_of(type)) {
    case OpKind::connection:
      if (type == OpCode::auth) return authenticate(connection, xid, reader.rest());
      answer_sasl(connection, xid);
      return true;
    case OpKind::refused:
      refuse_type(connection, xid);
      return true;
    case OpKind::read:
    case OpKind::leader_sync:
    case OpKind::write:
      admit(connection, {xid, type, now.monotonic}, reader.rest(), now);
      return true;
  }
  return false;
}

void RequestPath::admit(ClientConnection& connection, const Asked& asked, std::string_view body, Now now) {
  ErrorCode session = core_.service->admit(connection, now);
  // Of a session that has ended nothing is answered, as in ZooKeeper: its connection is about to be closed.
  if (session == ErrorCode::session_expired) return;
  if (asked.type == OpCode::close_session) session = ErrorCode::ok;
  const OpKind kind = client::kind_of(asked.type);
  if (kind == OpKind::write) return write(connection, asked, body, session, now);
  if (session == ErrorCode::session_moved) return core_.clients.close(connection);
  if (kind == OpKind::leader_sync) return sync(connection, asked, body, now);
  read(connection, asked, body);
}

void RequestPath::read(ClientConnection& connection, const Asked& asked, std::string_view body) {
  if (connection.waiting.empty()) {
    return reads_.serve(connection, asked, body, *connection.identities, asked.received);
  }
  core_.clients.push(connection, {Kind::read, asked, std::string(body), connection.identities});
}

void RequestPath::sync(ClientConnection& connection, const Asked& asked, std::string_view body, Now now) {
  core_.clients.push(connection, {Kind::sync, asked, std::string(body), {}});
  core_.service->submit(
      {connection.id, connection.session, asked.xid, asked.type, body, connection.identities}, now);
}

void RequestPath::write(ClientConnection& connection, const Asked& asked, std::string_view body,
                        ErrorCode session_check, Now now) {
  if (const ErrorCode refusal = core_.service->refusal(asked.type, body); refusal != ErrorCode::ok) {
    return refuse(connection, asked, refusal);
  }
  core_.clients.push(connection, {Kind::write, asked, {}, {}});
  core_.service->submit(
      {connection.id, connection.session, asked.xid, asked.type, body, connection.identities, session_check},
      now);
}

void RequestPath::refuse(ClientConnection& connection, const Asked& asked, ErrorCode refusal) {
  core_.clients.push(connection, {Kind::refused, asked, {}, {}, refusal});
  reads_.serve_waiting(connection, asked.received);
}

bool RequestPath::authenticate(ClientConnection& connection, Xid xid, std::string_view body) {
  const auto packet = jute::decoded<client::AuthPacket>(body);
  if (!packet) return false;
  const auto proved = znode::authenticate(*packet, *connection.identities, core_.state->options());
  if (!proved) {
    ++core_.counters.auth_failed;
    core_.replies.header_at_once(connection, xid, Zxid{}, ErrorCode::auth_failed);
    core_.clients.close(connection);
    return true;
  }
  znode::Identities all = *connection.identities;
  all.insert(all.end(), proved->begin(), proved->end());
  connection.identities = std::make_shared<const znode::Identities>(std::move(all));
  core_.replies.header_at_once(connection, xid, Zxid{}, ErrorCode::ok);
  return true;
}

// No SASL is configured: what ZooKeeper answers then is success without a token.
void RequestPath::answer_sasl(ClientConnection& connection, Xid xid) {
  core_.replies.reply_at_once(connection, xid, Zxid{}, [](jute::Writer& writer) {
    jute::encode(writer, client::SaslToken{});
    return ErrorCode::ok;
  });
}

void RequestPath::refuse_type(ClientConnection& connection, Xid xid) {
  core_.replies.header_at_once(connection, xid, Zxid{-1}, ErrorCode::unimplemented);
  core_.clients.close(connection);
}

}  // namespace paddock::replica
