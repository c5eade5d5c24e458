#include "server/replica/commit_path.h"

#include <fmt/format.h>

#include <algorithm>

#include "protocol/base/check.h"
#include "protocol/txn/txn.h"

namespace paddock::replica {
namespace {

using client::OpCode;
using Kind = WaitingRequest::Kind;
using Stage = ClientConnection::Stage;

}  // namespace

bool CommitPath::committed(const zab::Committed& decided, Now now) {
  const auto txn = txn::decode_txn(decided.txn.view());
  PADDOCK_CHECK(txn.ok(), "transaction {:#x} was committed and cannot be read: {}", decided.zxid.value,
                txn.fault().message);
  if (core_.audit) core_.audit->before(*txn, *core_.state);
  core_.state->apply(*txn, core_.watches, core_.notifier, result_);
  core_.deltas.applied();
  if (result_.digest_mismatch && distrust(decided.zxid, now)) return false;
  const ConnectionId asked_by = core_.service ? core_.service->applied(txn->header) : ConnectionId{};
  if (txn->header.type == static_cast<int32_t>(OpCode::close_session)) {
    end_session(SessionId{txn->header.session_id}, asked_by);
  }
  if (asked_by == ConnectionId{}) return true;
  if (core_.audit) core_.audit->decided(txn->header, result_);
  ClientConnection* connection = core_.clients.find(asked_by);
  if (connection && connection->stage != Stage::closing) answer(*connection, now.monotonic);
  return true;
}

bool CommitPath::distrust(Zxid zxid, Now now) {
  return core_.engine.distrust_state(
      fmt::format("transaction {:#x} gives another tree digest here than it foretells", zxid.value), now);
}

void CommitPath::end_session(SessionId session, ConnectionId asked_by) {
  ClientConnection* connection = core_.clients.serving(session);
  // The one that asked gets its reply first; any other, and that of an expired session, hears nothing.
  if (connection && connection->id != asked_by) core_.clients.close(*connection);
}

bool CommitPath::session_moved() const {
  return result_.op.err == ErrorCode::session_moved ||
         std::any_of(result_.parts.begin(), result_.parts.end(),
                     [](const znode::OpResult& part) { return part.err == ErrorCode::session_moved; });
}

void CommitPath::answer(ClientConnection& connection, Instant now) {
  const WaitingRequest request = core_.clients.pop(connection);
  const Asked& asked = request.asked;
  PADDOCK_CHECK(request.kind == Kind::write || request.kind == Kind::unanswered,
                "connection {} does not wait for a write but for {}", connection.id.value,
                client::name_of(asked.type));
  if (request.kind == Kind::write) {
    if (session_moved()) return core_.clients.close(connection);
    if (asked.type == OpCode::create_session) {
      handshake_.session_created(connection, asked, now);
    } else {
      core_.replies.reply(connection, asked, core_.state->last_applied(), now, [&](jute::Writer& writer) {
        return znode::write_reply(asked.type, result_, *core_.state, writer);
      });
    }
    if (asked.type == OpCode::close_session) return core_.clients.close(connection);
  }
  reads_.serve_waiting(connection, now);
}

// A leader that is not ours may confirm a sync before the writes in front of it.
void CommitPath::synced(ConnectionId asked_by, Instant now) {
  ClientConnection* connection = core_.clients.find(asked_by);
  if (!connection || connection->stage == Stage::closing) return;
  auto& waiting = connection->waiting;
  const auto sync = std::find_if(waiting.begin(), waiting.end(),
                                 [](const WaitingRequest& request) { return request.kind == Kind::sync; });
  if (sync == waiting.end()) return;
  sync->kind = Kind::synced;
  --connection->syncs;
  reads_.serve_waiting(*connection, now);
}

}  // namespace paddock::replica
