#include "server/replica/leader_service.h"

#include <string>
#include <vector>

#include "protocol/client/records.h"
#include "protocol/jute/codec.h"

namespace paddock::replica {

using client::OpCode;

LeaderService::LeaderService(Core& core)
    : core_(core),
      sessions_(core.options.tick_ms),
      ended_(int64_t{2} * core.options.engine.sync_limit_ticks * core.options.engine.tick_ms),
      writes_(core.engine, sessions_, *core.state, core.remarks),
      learners_(core.engine, sessions_, writes_, ended_, core.options),
      expiry_(sessions_, writes_, core.options.tick_ms),
      reaper_(core.options.container_check_interval_ms, core.options.container_max_per_minute) {}

void LeaderService::start(Now now) {
  core_.state->for_each_session(
      [&](SessionId session, int32_t timeout_ms) { sessions_.track(session, timeout_ms, now); });
  expiry_.start(now.monotonic);
  reaper_.start(now.monotonic);
}

void LeaderService::stop() {
  writes_.reset();
  sessions_.clear();
  ended_.clear();
  expiry_.stop();
}

void LeaderService::tick(Now now) {
  expiry_.tick(now);
  ended_.tick(now.monotonic);
  reap(now);
}

void LeaderService::reap(Now now) {
  const size_t batch = reaper_.due(now.monotonic);
  if (batch == 0) return;
  const std::vector<std::string> paths = core_.state->reapable(now.wall, batch);
  for (const std::string& path : paths) {
    const std::string body = jute::encoded(client::PathRecord{path});
    Submission removal;
    removal.type = OpCode::delete_container;
    removal.body = body;
    writes_.submit(removal, now);
  }
  reaper_.looked(now.monotonic, paths.size());
}

ConnectionId LeaderService::synced(uint64_t id, Now now) {
  const WritePipeline::Sync sync = writes_.synced(id);
  if (sync.from == kOwnClients) return sync.connection;
  if (sync.from == SessionOwner{}) {
    core_.counters.sessions_expired += static_cast<int64_t>(expiry_.confirmed(now));
  } else {
    learners_.synced(sync.from);
  }
  return {};
}

ErrorCode LeaderService::admit(const ClientConnection& connection, Now now) {
  return sessions_.admit(connection.session, kOwnClients, connection.timeout_ms, now);
}

ClientService::Resumed LeaderService::resume(const ClientConnection& connection, Now now) {
  if (!sessions_.touch(connection.session, connection.timeout_ms, now)) return Resumed::no;
  sessions_.set_owner(connection.session, kOwnClients);
  return Resumed::yes;
}

ConnectionId LeaderService::applied(const txn::TxnHeader& header) {
  if (header.type == static_cast<int32_t>(OpCode::close_session)) {
    const SessionId session{header.session_id};
    sessions_.forget(session);
    if (core_.options.local_sessions) ended_.add(session);
  }
  return writes_.applied(Zxid{header.zxid});
}

size_t LeaderService::adopt(SessionId session, ConnectionId connection) {
  return writes_.adopt(session, connection);
}

}  // namespace paddock::replica
