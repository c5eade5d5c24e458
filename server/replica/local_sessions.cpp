#include "server/replica/local_sessions.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "protocol/base/check.h"
#include "protocol/client/multi.h"
#include "protocol/client/records.h"
#include "protocol/jute/codec.h"

namespace paddock::replica {
namespace {

using client::CreateMode;
using client::OpCode;

bool is_ephemeral(const client::CreateRequest& request) {
  const auto mode = static_cast<CreateMode>(request.flags);
  return mode == CreateMode::ephemeral || mode == CreateMode::ephemeral_sequential;
}

// With an ephemeral flag createContainer and createTTL make none.
bool is_ephemeral(const client::MultiOp& op) {
  const auto* create = std::get_if<client::CreateRequest>(&op.body);
  return create && (op.type == OpCode::create || op.type == OpCode::create2) && is_ephemeral(*create);
}

}  // namespace

void LocalSessions::begin(SessionId session, int32_t timeout_ms, Now now) {
  timeouts_ms_[session] = timeout_ms;
  alive_.track(session, timeout_ms, now);
}

bool LocalSessions::touch(SessionId session, int32_t timeout_ms, Now now) {
  return alive_.touch(session, timeout_ms, now);
}

void LocalSessions::end(SessionId session) {
  alive_.forget(session);
  timeouts_ms_.erase(session);
}

int32_t LocalSessions::upgrade(SessionId session) {
  const auto found = timeouts_ms_.find(session);
  PADDOCK_CHECK(found != timeouts_ms_.end(), "session {:#x} is no local one", session.value);
  const int32_t timeout_ms = found->second;
  end(session);
  return timeout_ms;
}

std::optional<SessionId> LocalSessions::expire_one(Now now) {
  const int64_t gap_ms = now.monotonic.ms() - std::exchange(last_tick_, now.monotonic).ms();
  if (gap_ms > tick_ms_) alive_.skip(gap_ms);
  const auto silent = alive_.expire_one(now);
  if (silent) end(*silent);
  return silent;
}

void LocalSessions::clear() {
  alive_.clear();
  timeouts_ms_.clear();
}

bool creates_ephemeral(OpCode type, std::string_view body) {
  if (type == OpCode::create || type == OpCode::create2) {
    const auto request = jute::decoded<client::CreateRequest>(body);
    return request && is_ephemeral(*request);
  }
  if (type != OpCode::multi) return false;
  jute::Reader reader(body);
  std::vector<client::MultiOp> ops;
  return client::decode_multi(reader, ops) &&
         std::any_of(ops.begin(), ops.end(), [](const client::MultiOp& op) { return is_ephemeral(op); });
}

}  // namespace paddock::replica
