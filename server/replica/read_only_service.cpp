#include "server/replica/read_only_service.h"

#include <algorithm>

#include "protocol/base/check.h"

namespace paddock::replica {
namespace {

using client::OpCode;

// An election is usually over by then, and its clients are better off with one of the others.
constexpr int64_t kLeastPatienceMs = 2000;

}  // namespace

ReadOnlyService::ReadOnlyService(Core& core, ConnectHandshake& handshake)
    : core_(core), handshake_(handshake), sessions_(core.options.tick_ms) {}

bool ReadOnlyService::may_begin(Instant idle_since, Now now) const {
  if (!core_.options.read_only_mode || core_.options.standalone || state_doubted_) return false;
  const int64_t patience_ms = std::max<int64_t>(kLeastPatienceMs, core_.options.tick_ms);
  return core_.engine.role() == zab::Role::looking && now.monotonic.ms() - idle_since.ms() >= patience_ms;
}

void ReadOnlyService::tick(Now now) {
  while (const auto session = sessions_.expire_one(now)) {
    sessions_.forget(*session);
    if (ClientConnection* connection = core_.clients.serving(*session)) core_.clients.close(*connection);
  }
}

ErrorCode ReadOnlyService::admit(const ClientConnection& connection, Now now) {
  return sessions_.admit(connection.session, kOwnClients, connection.timeout_ms, now);
}

ClientService::Resumed ReadOnlyService::resume(const ClientConnection& connection, Now now) {
  const SessionId session = connection.session;
  const bool began_here = sessions_.touch(session, connection.timeout_ms, now);
  if (!began_here && !core_.state->has_session(session)) return Resumed::no;
  sessions_.track(session, connection.timeout_ms, now);
  return Resumed::yes;
}

ErrorCode ReadOnlyService::refusal(OpCode type, std::string_view) const {
  return type == OpCode::close_session ? ErrorCode::ok : ErrorCode::not_read_only;
}

void ReadOnlyService::submit(const Submission& submission, Now now) {
  ClientConnection* connection = core_.clients.find(submission.connection);
  PADDOCK_CHECK(
      connection && (submission.type == OpCode::create_session || submission.type == OpCode::close_session),
      "a read-only server was to write a {}", client::name_of(submission.type));
  const Asked asked = core_.clients.pop(*connection).asked;
  if (submission.type == OpCode::close_session) return end_session(*connection, asked, now);
  sessions_.track(submission.session, connection->timeout_ms, now);
  handshake_.session_created(*connection, asked, now.monotonic);
}

// The ensemble's sessions are not this server's to end.
void ReadOnlyService::end_session(ClientConnection& connection, const Asked& asked, Now now) {
  const Zxid zxid = core_.state->last_applied();
  if (core_.state->has_session(connection.session)) {
    return core_.replies.header(connection, asked, zxid, now.monotonic, ErrorCode::not_read_only);
  }
  sessions_.forget(connection.session);
  core_.replies.header(connection, asked, zxid, now.monotonic, ErrorCode::ok);
  core_.clients.close(connection);
}

}  // namespace paddock::replica
