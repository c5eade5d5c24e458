#include "server/replica/status_report.h"

#include <string>
#include <unordered_set>

namespace paddock::replica {
namespace {

ServerStats report_counters(const ServerCounters& counters) {
  ServerStats stats;
  stats.packets_received = counters.received;
  stats.packets_sent = counters.sent;
  stats.latency_min_ms = counters.latency.min_ms();
  stats.latency_avg_ms = counters.latency.average_ms();
  stats.latency_max_ms = counters.latency.max_ms();
  stats.outstanding = counters.outstanding;
  stats.last_response_size = counters.response_size.last();
  stats.min_response_size = counters.response_size.min();
  stats.max_response_size = counters.response_size.max();
  stats.auth_failed = counters.auth_failed;
  stats.connection_requests = counters.connection_requests;
  stats.connections_throttled = counters.connections_throttled;
  stats.connection_drops = counters.connection_drops;
  stats.stale_sessions_expired = counters.sessions_expired;
  stats.throttle_waits = counters.throttle_waits;
  stats.throttled_ops = counters.throttled_ops;
  stats.stale_dropped = counters.stale_dropped;
  return stats;
}

ConnectionStatus report_connection(const ClientConnection& connection) {
  const ConnectionCounters& counters = connection.counters;
  ConnectionStatus status;
  status.id = connection.id;
  status.session = connection.session;
  status.last_op = short_name(counters.last_op);
  status.outstanding = connection.counted;
  status.received = counters.received;
  status.sent = counters.sent;
  status.established_ms = connection.connected_at.ms;
  status.timeout_ms = connection.timeout_ms;
  status.last_xid = counters.last_xid;
  status.last_zxid = counters.last_zxid;
  status.last_response_ms = counters.last_response.ms();
  status.last_latency_ms = counters.latency.last_ms();
  status.min_latency_ms = counters.latency.min_ms();
  status.max_latency_ms = counters.latency.max_ms();
  status.avg_latency_ms = counters.latency.average_ms();
  return status;
}

const char* mode_of(const Core& core, bool read_only) {
  if (core.options.standalone) return "standalone";
  if (read_only) return "read-only";
  switch (core.engine.role()) {
    case zab::Role::leading:
      return "leader";
    case zab::Role::following:
      return "follower";
    case zab::Role::observing:
      return "observer";
    case zab::Role::looking:
      return "leaderelection";
  }
  return "";
}

const char* name_of(zab::Role role) {
  switch (role) {
    case zab::Role::leading:
      return "leading";
    case zab::Role::following:
      return "following";
    case zab::Role::observing:
      return "observing";
    case zab::Role::looking:
      return "looking";
  }
  return "";
}

// "leading - broadcast"; of an election the role says it all.
std::string report_peer_state(const zab::Engine& engine) {
  const std::string role = name_of(engine.role());
  switch (engine.phase()) {
    case zab::Phase::discovery:
      return role + " - discovery";
    case zab::Phase::synchronization:
      return role + " - synchronization";
    case zab::Phase::broadcast:
      return role + " - broadcast";
    case zab::Phase::election:
      return role;
  }
  return role;
}

void report_ensemble(const Core& core, ServerStatus& status) {
  status.peer_state = report_peer_state(core.engine);
  for (const auto& [id, member] : core.membership.members) status.quorum_size += !member.observer;
  const zab::EngineStatus engine = core.engine.status();
  const zab::Role role = core.engine.role();
  if (const auto master = core.engine.observer_master()) status.observer_master = master->value;
  if (role == zab::Role::following && core.options.engine.observer_master_port > 0)
    status.synced_observers = static_cast<int64_t>(engine.synced_observers);
  if (role != zab::Role::leading) return;
  LeaderStatus& leader = status.leader.emplace();
  leader.learners = static_cast<int64_t>(engine.learners);
  leader.synced_followers = static_cast<int64_t>(engine.synced_followers);
  leader.synced_observers = static_cast<int64_t>(engine.synced_observers);
  leader.pending_syncs = static_cast<int64_t>(engine.pending_syncs);
}

}  // namespace

ServerStatus report_server(const Core& core) {
  const znode::State& state = *core.state;
  ServerStatus status;
  status.read_only = core.service && core.service->is_read_only();
  status.mode = mode_of(core, status.read_only);
  if (!core.options.standalone) report_ensemble(core, status);
  status.last_zxid = state.last_applied();
  status.node_count = static_cast<int64_t>(state.tree().node_count()) + 1;
  status.watch_count = static_cast<int64_t>(core.watches.count());
  status.ephemeral_count = static_cast<int64_t>(state.tree().ephemeral_count());
  status.data_bytes = state.tree().data_bytes();
  status.sessions = static_cast<int64_t>(state.session_count());
  if (core.local_sessions) status.local_sessions = static_cast<int64_t>(core.local_sessions->size());
  status.digest_mismatches = state.digest_mismatches();
  status.stats = report_counters(core.counters);
  return status;
}

std::vector<ConnectionStatus> report_connections(const Core& core) {
  std::vector<ConnectionStatus> connections;
  core.clients.for_each(
      [&](const ClientConnection& connection) { connections.push_back(report_connection(connection)); });
  return connections;
}

namespace {

std::vector<SessionBucket> report_expiry(std::vector<SessionTracker::Bucket>&& buckets, Now now) {
  std::vector<SessionBucket> expiry;
  for (SessionTracker::Bucket& bucket : buckets) {
    const int64_t wait_ms = bucket.deadline.ms() - now.monotonic.ms();
    expiry.push_back({now.wall.ms + wait_ms, std::move(bucket.sessions)});
  }
  return expiry;
}

}  // namespace

DumpStatus report_dump(const Core& core, const SessionTracker* sessions, Now now) {
  DumpStatus dump;
  if (sessions) {
    dump.expiry = report_expiry(sessions->buckets(), now);
  } else {
    dump.keeps_time = false;
    core.state->for_each_session([&](SessionId session, int32_t timeout_ms) {
      dump.global_sessions.emplace_back(session, timeout_ms);
    });
  }
  if (core.local_sessions) dump.local_expiry = report_expiry(core.local_sessions->buckets(), now);
  const znode::Tree& tree = core.state->tree();
  for (const int64_t owner : tree.ephemeral_owners()) {
    auto& paths = dump.ephemerals.emplace_back(SessionId{owner}, std::vector<std::string>{}).second;
    for (const znode::NodeIndex node : tree.ephemerals_of(owner)) paths.push_back(tree.path(node));
  }
  return dump;
}

WatchStatus report_watches(Core& core) {
  WatchStatus status;
  std::unordered_set<ConnectionId> watchers;
  for (znode::Watches::Entry& entry : core.watches.data_entries()) {
    const ClientConnection* connection = core.clients.find(entry.connection);
    if (!connection) continue;
    watchers.insert(entry.connection);
    status.watches.emplace_back(std::move(entry.path), connection->session);
  }
  status.connections = static_cast<int64_t>(watchers.size());
  return status;
}

DigestStatus report_digests(const Core& core) {
  DigestStatus status;
  for (const znode::State::DigestEntry& entry : core.state->digest_history()) {
    status.digests.emplace_back(entry.zxid, entry.digest);
  }
  return status;
}

}  // namespace paddock::replica
