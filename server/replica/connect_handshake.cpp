#include "server/replica/connect_handshake.h"

#include <algorithm>
#include <optional>
#include <string>

#include "protocol/client/password.h"
#include "protocol/jute/codec.h"

namespace paddock::replica {
namespace {

using client::OpCode;
using Stage = ClientConnection::Stage;

constexpr int64_t kStandaloneServer = 1;

}  // namespace

ConnectHandshake::ConnectHandshake(Core& core, Random random, Now started)
    : core_(core),
      min_timeout_ms_(core.options.min_session_timeout_ms >= 0 ? core.options.min_session_timeout_ms
                                                               : 2 * core.options.tick_ms),
      max_timeout_ms_(core.options.max_session_timeout_ms >= 0 ? core.options.max_session_timeout_ms
                                                               : 20 * core.options.tick_ms),
      ids_(core.options.standalone ? kStandaloneServer : core.options.engine.self.value, started.wall),
      throttle_(core.options.connection_throttle, random, started.monotonic) {}

bool ConnectHandshake::connect(ClientConnection& connection, std::string_view frame, Now now) {
  const auto request = jute::decoded<client::ConnectRequest>(frame);
  if (!request) return false;
  if (!throttle_.admits(request->session_id != 0, now.monotonic)) {
    ++core_.counters.connections_throttled;
    return false;
  }
  ++core_.counters.connection_requests;
  if (core_.service->is_read_only() && !request->read_only.value_or(false)) return false;
  // The client has seen more than this server: answering would take it back in time.
  if (request->last_zxid_seen > core_.state->last_applied().value) return false;
  if (request->session_id == 0 && !may_begin_session(connection)) return false;
  connection.stage = Stage::joining;
  connection.told_read_only = request->read_only.has_value();
  connection.timeout_ms = std::max(std::min(request->timeout_ms, max_timeout_ms_), min_timeout_ms_);
  if (request->session_id == 0) {
    begin_session(connection, now);
  } else {
    resume_session(connection, *request, now);
  }
  return true;
}

bool ConnectHandshake::may_begin_session(const ClientConnection& connection) {
  if (core_.short_of_memory) {
    core_.tell_limit("paddock.maxMemoryMiB", core_.options.limits.memory_bytes >> 20, connection);
    return false;
  }
  const int64_t limit = core_.options.limits.sessions;
  const size_t local = core_.local_sessions ? core_.local_sessions->size() : 0;
  if (limit == 0 || core_.state->session_count() + local < static_cast<size_t>(limit)) return true;
  core_.tell_limit("paddock.maxSessions", limit, connection);
  return false;
}

void ConnectHandshake::begin_session(ClientConnection& connection, Now now) {
  const SessionId session = ids_.next();
  core_.clients.bind(connection, session);
  const Asked asked{Xid{0}, OpCode::create_session, now.monotonic};
  if (core_.local_sessions) return begin_local(connection, asked, now);
  core_.clients.push(connection, {WaitingRequest::Kind::write, asked, {}, {}});
  const std::string body = jute::encoded(client::CreateSessionRequest{connection.timeout_ms});
  core_.service->submit({connection.id, session, asked.xid, asked.type, body, connection.identities}, now);
}

void ConnectHandshake::begin_local(ClientConnection& connection, const Asked& asked, Now now) {
  core_.local_sessions->begin(connection.session, connection.timeout_ms, now);
  session_created(connection, asked, now.monotonic);
}

void ConnectHandshake::session_created(ClientConnection& connection, const Asked& asked, Instant now) {
  accept(connection);
  core_.replies.count_answer(connection, asked, core_.state->last_applied(), now);
}

void ConnectHandshake::resume_session(ClientConnection& connection, const client::ConnectRequest& request,
                                      Now now) {
  const SessionId session{request.session_id};
  const SessionPasswords& passwords = *core_.options.passwords;
  // ZooKeeper does not look at the password before: a wrong one closes the rightful connection too. Where
  // passwords can be computed that makes no difference.
  if (!passwords.are_secret()) end_earlier(session, now);
  if (!passwords.accepts(session, request.password.view())) return refuse(connection);
  end_earlier(session, now);
  core_.clients.bind(connection, session);
  if (core_.is_local(session) && core_.local_sessions->touch(session, connection.timeout_ms, now)) {
    return session_resumed(connection, true);
  }
  const ClientService::Resumed resumed = core_.service->resume(connection, now);
  if (resumed != ClientService::Resumed::later) {
    session_resumed(connection, resumed == ClientService::Resumed::yes);
  }
}

void ConnectHandshake::end_earlier(SessionId session, Now now) {
  ClientConnection* const earlier = core_.clients.serving(session);
  if (earlier == nullptr) return;
  core_.large_answers.connection_lost(session, earlier->id, now.monotonic);
  core_.clients.close(*earlier);
}

void ConnectHandshake::session_resumed(ClientConnection& connection, bool valid) {
  if (!valid) return refuse(connection);
  // What the session asked for on its earlier connection still comes before what it asks for on this one.
  const size_t under_way = core_.service->adopt(connection.session, connection.id);
  for (size_t i = 0; i < under_way; ++i) {
    core_.clients.push(connection, {WaitingRequest::Kind::unanswered, {}, {}, {}});
  }
  accept(connection);
}

void ConnectHandshake::accept(ClientConnection& connection) {
  const client::SessionPassword password = core_.options.passwords->make(connection.session);
  respond(connection, connection.timeout_ms, connection.session, {password.data(), password.size()});
  connection.stage = Stage::established;
}

void ConnectHandshake::refuse(ClientConnection& connection) {
  const client::SessionPassword zeros{};
  respond(connection, 0, SessionId{}, {zeros.data(), zeros.size()});
  core_.clients.close(connection);
}

void ConnectHandshake::respond(ClientConnection& connection, int32_t timeout_ms, SessionId session,
                               std::string_view password) {
  client::ConnectResponse response;
  response.timeout_ms = timeout_ms;
  response.session_id = session.value;
  response.password = password;
  if (connection.told_read_only) response.read_only = core_.service->is_read_only();
  std::string framed;
  jute::Writer writer(framed);
  const size_t start = writer.begin_frame();
  jute::encode(writer, response);
  writer.end_frame(start);
  core_.replies.frame(connection, framed);
}

}  // namespace paddock::replica
