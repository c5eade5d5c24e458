#include "server/replica/read_path.h"

#include <utility>

#include "protocol/client/records.h"
#include "protocol/jute/codec.h"
#include "znode/read.h"

namespace paddock::replica {
namespace {

using client::OpCode;
using Kind = WaitingRequest::Kind;

bool may_raise_events(OpCode type) {
  return type == OpCode::set_watches || type == OpCode::set_watches2;
}

}  // namespace

void ReadPath::serve(ClientConnection& connection, const Asked& asked, std::string_view body,
                     const znode::Identities& identities, Instant now) {
  const Zxid zxid = core_.state->last_applied();
  if (asked.type == OpCode::ping) {
    const Asked ping{Xid{client::kXidPing}, OpCode::ping, asked.received};
    return core_.replies.header(connection, ping, zxid, now, ErrorCode::ok);
  }
  const znode::ReadRequest request{connection.id, connection.session, asked.type, body, &identities};
  const auto read_into = [&](jute::Writer& writer) {
    return znode::read(*core_.state, core_.watches, request, writer, core_.notifier);
  };
  if (!may_raise_events(asked.type)) return core_.replies.reply(connection, asked, zxid, now, read_into);

  // Events go straight into the output, so the reply's frame cannot be begun before they are all there.
  late_body_.clear();
  jute::Writer late(late_body_);
  const ErrorCode err = read_into(late);
  core_.replies.reply(connection, asked, zxid, now, [&](jute::Writer& writer) {
    writer.write_raw(late_body_);
    return err;
  });
}

void ReadPath::serve_waiting(ClientConnection& connection, Instant now) {
  while (!connection.waiting.empty() && serve_head(connection, now)) continue;
}

bool ReadPath::serve_head(ClientConnection& connection, Instant now) {
  switch (connection.waiting.front().kind) {
    case Kind::read: {
      const WaitingRequest read = core_.clients.pop(connection);
      serve(connection, read.asked, read.body, *read.identities, now);
      return true;
    }
    case Kind::synced: {
      const WaitingRequest sync = core_.clients.pop(connection);
      answer_sync(connection, sync, now);
      return true;
    }
    case Kind::refused: {
      const WaitingRequest refused = core_.clients.pop(connection);
      core_.replies.header(connection, refused.asked, core_.state->last_applied(), now, refused.refusal);
      return true;
    }
    case Kind::write:
    case Kind::sync:
    case Kind::unanswered:
      return false;
  }
  return false;
}

void ReadPath::answer_sync(ClientConnection& connection, const WaitingRequest& request, Instant now) {
  const auto path = jute::decoded<client::PathRecord>(request.body);
  core_.replies.reply(connection, request.asked, core_.state->last_applied(), now, [&](jute::Writer& writer) {
    if (!path) return ErrorCode::marshalling_error;
    jute::encode(writer, *path);
    return ErrorCode::ok;
  });
}

}  // namespace paddock::replica
