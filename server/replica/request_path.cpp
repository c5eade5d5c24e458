#include "server/replica/request_path.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "protocol/client/records.h"
#include "protocol/jute/codec.h"
#include "protocol/jute/reader.h"
#include "server/replica/long_reads.h"
#include "znode/eager_check.h"

namespace paddock::replica {

using client::OpCode;
using client::OpKind;
using Kind = WaitingRequest::Kind;

namespace {

constexpr size_t kHeadBytes = 4 + 4;

// Whether it may leave more in memory than there was.
bool grows(OpCode type) {
  switch (type) {
    case OpCode::create:
    case OpCode::create2:
    case OpCode::create_container:
    case OpCode::create_ttl:
    case OpCode::set_data:
    case OpCode::set_acl:
    case OpCode::multi:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::optional<RequestHead> RequestHead::of(std::string_view frame) {
  jute::Reader reader(frame);
  const Xid xid{reader.read_int()};
  const auto type = static_cast<OpCode>(reader.read_int());
  if (!reader.ok()) return std::nullopt;
  return RequestHead{xid, type};
}

bool RequestPath::request(ClientConnection& connection, std::string_view frame, Now now, Instant arrived) {
  const auto head = RequestHead::of(frame);
  if (!head) return false;
  const auto [xid, type] = *head;
  const std::string_view body = frame.substr(kHeadBytes);
  const OpKind kind = client::kind_of(type);
  if (kind != OpKind::connection && !may_ask(connection)) {
    refuse_unproved(connection, xid);
    return true;
  }
  switch (kind) {
    case OpKind::connection:
      return prove(connection, *head, body, now.monotonic);
    case OpKind::refused:
      refuse_type(connection, xid);
      return true;
    case OpKind::read:
    case OpKind::leader_sync:
    case OpKind::write:
      admit(connection, {xid, type, arrived, static_cast<int64_t>(frame.size())}, body, now);
      return true;
  }
  return false;
}

void RequestPath::admit(ClientConnection& connection, const Asked& asked, std::string_view body, Now now) {
  ErrorCode session = check_session(connection, now);
  // Of a session that has ended nothing is answered, as in ZooKeeper: its connection is about to be closed.
  if (session == ErrorCode::session_expired) return;
  const bool local = session == ErrorCode::ephemeral_on_local_session;
  if (asked.type == OpCode::close_session) {
    if (local) return end_local(connection, asked, now);
    session = ErrorCode::ok;
  }
  const OpKind kind = client::kind_of(asked.type);
  if (kind == OpKind::write) return write(connection, asked, body, session, now);
  if (session == ErrorCode::session_moved) return core_.clients.close(connection);
  if (kind == OpKind::leader_sync) return sync(connection, asked, body, now);
  read(connection, asked, body, now);
}

ErrorCode RequestPath::check_session(const ClientConnection& connection, Now now) {
  const bool local =
      core_.local_sessions && core_.local_sessions->touch(connection.session, connection.timeout_ms, now);
  return local ? ErrorCode::ephemeral_on_local_session : core_.service->admit(connection, now);
}

void RequestPath::read(ClientConnection& connection, const Asked& asked, std::string_view body, Now now) {
  if (connection.waiting.empty()) {
    return reads_.serve(connection, asked, body, *connection.identities, now.monotonic);
  }
  WaitingRequest waiting{Kind::read, asked, std::string(body), connection.identities};
  waiting.takes_long = takes_long(*core_.state, asked.type, body);
  core_.clients.push(connection, std::move(waiting));
}

void RequestPath::sync(ClientConnection& connection, const Asked& asked, std::string_view body, Now now) {
  if (const ErrorCode refusal = core_.service->refusal(asked.type, body); refusal != ErrorCode::ok) {
    return refuse(connection, asked, refusal, now);
  }
  core_.clients.push(connection, {Kind::sync, asked, std::string(body), {}});
  core_.service->submit(
      {connection.id, connection.session, asked.xid, asked.type, body, connection.identities}, now);
}

void RequestPath::write(ClientConnection& connection, const Asked& asked, std::string_view body,
                        ErrorCode session_check, Now now) {
  if (const ErrorCode refusal = core_.service->refusal(asked.type, body); refusal != ErrorCode::ok) {
    return refuse(connection, asked, refusal, now);
  }
  if (core_.short_of_memory && grows(asked.type)) {
    core_.tell_limit("paddock.maxMemoryMiB", core_.options.limits.memory_bytes >> 20, connection);
    return refuse(connection, asked, ErrorCode::throttled_op, now);
  }
  if (core_.options.access.eager_acl_check) {
    const ErrorCode refusal = znode::eager_acl_error(*core_.state, asked.type, body, *connection.identities);
    if (refusal != ErrorCode::ok) return refuse(connection, asked, refusal, now);
  }
  if (session_check == ErrorCode::ephemeral_on_local_session && creates_ephemeral(asked.type, body)) {
    if (core_.local_sessions->upgrading()) {
      upgrade(connection, now);
      session_check = ErrorCode::ok;
    } else if (asked.type != OpCode::multi) {
      // Of a multi the leader says which of its parts it is.
      return refuse(connection, asked, session_check, now);
    }
  }
  core_.clients.push(connection, {Kind::write, asked, {}, {}});
  if (core_.audit) core_.audit->asked(connection, asked, body);
  core_.service->submit(
      {connection.id, connection.session, asked.xid, asked.type, body, connection.identities, session_check},
      now);
}

void RequestPath::turn_away(ClientConnection& connection, const Asked& asked, ErrorCode refusal, Now now) {
  if (check_session(connection, now) != ErrorCode::session_expired) refuse(connection, asked, refusal, now);
}

void RequestPath::refuse(ClientConnection& connection, const Asked& asked, ErrorCode refusal, Now now) {
  core_.clients.push(connection, {Kind::refused, asked, {}, {}, refusal});
  reads_.serve_waiting(connection, now.monotonic);
}

void RequestPath::end_local(ClientConnection& connection, const Asked& asked, Now now) {
  core_.clients.push(connection, {Kind::local_end, asked, {}, {}});
  reads_.serve_waiting(connection, now.monotonic);
}

void RequestPath::end_session(const ClientConnection& connection, Xid xid, Now now) {
  if (core_.is_local(connection.session)) return core_.local_sessions->end(connection.session);
  // Sessions that a read-only server knows are not its own to end, or go with it.
  if (core_.service->is_read_only()) return;
  if (check_session(connection, now) == ErrorCode::session_expired) return;
  Submission end;
  end.session = connection.session;
  end.cxid = xid;
  end.type = OpCode::close_session;
  end.identities = connection.identities;
  core_.service->submit(end, now);
}

void RequestPath::upgrade(const ClientConnection& connection, Now now) {
  const int32_t timeout_ms = core_.local_sessions->upgrade(connection.session);
  const std::string body = jute::encoded(client::CreateSessionRequest{timeout_ms});
  Submission creation;  // nobody waits for it
  creation.session = connection.session;
  creation.type = OpCode::create_session;
  creation.body = body;
  core_.service->submit(creation, now);
}

bool RequestPath::prove(ClientConnection& connection, const RequestHead& head, std::string_view body,
                        Instant now) {
  if (!core_.auth_failures.may_try(connection.identities->front().id, now)) {
    core_.tell_limit("paddock.maxAuthFailuresPerMinute", core_.options.limits.auth_failures, connection);
    core_.replies.header_at_once(connection, head.xid, Zxid{}, ErrorCode::auth_failed);
    core_.clients.close(connection);
    return true;
  }
  if (head.type == OpCode::auth) return authenticate(connection, head.xid, body, now);
  return login_.answer(connection, head.xid, body, now);
}

bool RequestPath::authenticate(ClientConnection& connection, Xid xid, std::string_view body, Instant now) {
  const auto packet = jute::decoded<client::AuthPacket>(body);
  if (!packet) return false;
  if (core_.options.access.ensemble && packet->scheme.view() == "ensemble") {
    check_ensemble(connection, xid, packet->auth.view());
    return true;
  }
  const auto proved = znode::authenticate(*packet, *connection.identities, core_.state->options());
  if (!proved || !core_.may_be_all_of(connection, *proved)) {
    core_.note_auth_failure(connection, now);
    core_.replies.header_at_once(connection, xid, Zxid{}, ErrorCode::auth_failed);
    core_.clients.close(connection);
    return true;
  }
  add_identities(connection, *proved);
  core_.replies.header_at_once(connection, xid, Zxid{}, ErrorCode::ok);
  return true;
}

// Who means another ensemble is closed without an answer: it is to try its next server, and -115 would end
// it.
void RequestPath::check_ensemble(ClientConnection& connection, Xid xid, std::string_view name) {
  const auto& names = core_.options.access.ensemble->names;
  if (name.empty() || !names || names->contains(name)) {
    return core_.replies.header_at_once(connection, xid, Zxid{}, ErrorCode::ok);
  }
  core_.remarks.push_back(UnknownEnsemble{std::string(name), connection.identities->front().id});
  core_.clients.close(connection);
}

// enforce.auth.*: nothing else is answered before one of the schemes is proved, not even a ping.
bool RequestPath::may_ask(const ClientConnection& connection) const {
  const auto& schemes = core_.options.access.required_schemes;
  return schemes.empty() ||
         std::any_of(connection.identities->begin(), connection.identities->end(), [&](const auto& identity) {
           return std::find(schemes.begin(), schemes.end(), identity.scheme) != schemes.end();
         });
}

void RequestPath::refuse_unproved(ClientConnection& connection, Xid xid) {
  core_.replies.header_at_once(connection, xid, Zxid{}, ErrorCode::session_closed_require_auth);
  core_.clients.close(connection);
}

void RequestPath::refuse_type(ClientConnection& connection, Xid xid) {
  core_.replies.header_at_once(connection, xid, Zxid{-1}, ErrorCode::unimplemented);
  core_.clients.close(connection);
}

}  // namespace paddock::replica
