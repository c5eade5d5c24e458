#include "server/replica/read_path.h"

#include <utility>

#include "protocol/client/records.h"
#include "protocol/jute/codec.h"
#include "server/replica/watch_count.h"
#include "znode/read.h"

namespace paddock::replica {
namespace {

using client::OpCode;
using Kind = WaitingRequest::Kind;

constexpr size_t kReplyHeader = 4 + 8 + 4;  // xid, zxid, err

// Of what can have a large answer only multiRead does not begin with a path.
std::string path_of(const znode::ReadRequest& request) {
  if (request.type == OpCode::multi_read) return {};
  jute::Reader reader(request.body);
  return std::string(reader.read_buffer().view());
}

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
  znode::ReadRequest request{connection.id, connection.session, asked.type, body, &identities};
  request.lists = &core_.child_lists;
  request.max_bytes = core_.large_answers.max_bytes(asked.type);
  if (const ErrorCode refusal = watch_refusal(connection, request); refusal != ErrorCode::ok) {
    return core_.replies.header(connection, asked, zxid, now, refusal);
  }
  const auto read_into = [&](jute::Writer& writer) {
    const size_t begin = writer.out().size();
    const ErrorCode err = znode::read(*core_.state, core_.watches, request, writer, core_.notifier);
    const size_t bytes = kReplyHeader + writer.out().size() - begin;
    if (!core_.large_answers.is_large(bytes)) return err;
    if (may_be_sent(connection, request, bytes, now)) return err;
    writer.out().resize(begin);
    return ErrorCode::marshalling_error;
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

ErrorCode ReadPath::watch_refusal(const ClientConnection& connection, const znode::ReadRequest& request) {
  const ClientLimits& limits = core_.options.limits;
  if (limits.watches == 0 && limits.all_watches == 0) return ErrorCode::ok;
  const size_t more = watches_asked(request.type, request.body);
  if (more == 0) return ErrorCode::ok;
  const auto is_over = [more](int64_t limit, size_t count) {
    return limit > 0 && count + more > static_cast<size_t>(limit);
  };
  if (is_over(limits.watches, core_.watches.count_of(connection.id))) {
    core_.tell_limit("paddock.maxWatchesPerConnection", limits.watches, connection);
  } else if (is_over(limits.all_watches, core_.watches.count())) {
    core_.tell_limit("paddock.maxWatches", limits.all_watches, connection);
  } else {
    return ErrorCode::ok;
  }
  return ErrorCode::throttled_op;
}

bool ReadPath::may_be_sent(const ClientConnection& connection, const znode::ReadRequest& request,
                           size_t bytes, Instant now) {
  LargeAnswers& large = core_.large_answers;
  const LargeAnswer::Outcome outcome = large.outcome_of(connection.session, request.type, bytes);
  const bool above = outcome == LargeAnswer::Outcome::above_maximum;
  core_.remarks.push_back(LargeAnswer{request.type, path_of(request), bytes,
                                      above ? request.max_bytes : large.usual_bytes(), outcome,
                                      connection.session, connection.identities->front().id});
  if (outcome != LargeAnswer::Outcome::sent) return false;
  large.sent(connection.session, connection.id, bytes, now);
  return true;
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
    case Kind::local_end: {
      const WaitingRequest end = core_.clients.pop(connection);
      core_.local_sessions->end(connection.session);
      core_.replies.header(connection, end.asked, core_.state->last_applied(), now, ErrorCode::ok);
      core_.clients.close(connection);
      return false;
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
