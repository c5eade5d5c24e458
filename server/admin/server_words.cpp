#include "server/admin/server_words.h"

#include <fmt/format.h>

#include <iterator>

#include "server/admin/connection_words.h"
#include "server/admin/java_text.h"

namespace paddock::admin {
namespace {

using replica::ServerStatus;
using Out = std::back_insert_iterator<std::string>;

void write_head(Out out, const std::string& version, const ServerStatus& status) {
  fmt::format_to(out, "Zookeeper version: {}\n", version);
  if (status.read_only) fmt::format_to(out, "READ-ONLY mode; serving only read-only clients\n");
}

void write_stats(Out out, const ServerStatus& status, size_t connections) {
  const auto& stats = status.stats;
  fmt::format_to(out, "Latency min/avg/max: {}/{}/{}\n", stats.latency_min_ms,
                 java_double(stats.latency_avg_ms), stats.latency_max_ms);
  fmt::format_to(out, "Received: {}\nSent: {}\nConnections: {}\nOutstanding: {}\nZxid: 0x{:x}\n",
                 stats.packets_received, stats.packets_sent, connections, stats.outstanding,
                 static_cast<uint64_t>(status.last_zxid.value));
  fmt::format_to(out, "Mode: {}\nNode count: {}\n", status.mode, status.node_count);
  // No proposal has been measured: ZooKeeper's text for a leader that made none.
  if (status.mode == "leader") fmt::format_to(out, "Proposal sizes last/min/max: -1/-1/-1\n");
}

void write_metric(Out out, std::string_view name, int64_t value) {
  fmt::format_to(out, "zk_{}\t{}\n", name, value);
}

void write_ensemble(Out out, const ServerStatus& status) {
  if (status.quorum_size > 0) write_metric(out, "quorum_size", status.quorum_size);
  if (status.synced_observers) write_metric(out, "synced_observers", *status.synced_observers);
  if (!status.leader) return;
  write_metric(out, "learners", status.leader->learners);
  write_metric(out, "synced_followers", status.leader->synced_followers);
  write_metric(out, "synced_non_voting_followers", 0);
  write_metric(out, "synced_observers", status.leader->synced_observers);
  write_metric(out, "pending_syncs", status.leader->pending_syncs);
}

void write_gauges(Out out, const ServerStatus& status, size_t connections) {
  const auto& stats = status.stats;
  fmt::format_to(out, "zk_avg_latency\t{}\n", java_double(stats.latency_avg_ms));
  write_metric(out, "max_latency", stats.latency_max_ms);
  write_metric(out, "min_latency", stats.latency_min_ms);
  write_metric(out, "packets_received", stats.packets_received);
  write_metric(out, "packets_sent", stats.packets_sent);
  write_metric(out, "num_alive_connections", static_cast<int64_t>(connections));
  write_metric(out, "outstanding_requests", stats.outstanding);
  write_metric(out, "uptime", status.uptime_ms);
  write_metric(out, "znode_count", status.node_count);
  write_metric(out, "watch_count", status.watch_count);
  write_metric(out, "ephemerals_count", status.ephemeral_count);
  write_metric(out, "approximate_data_size", status.data_bytes);
  write_metric(out, "global_sessions", status.sessions);
  write_metric(out, "local_sessions", status.local_sessions);
  fmt::format_to(out, "zk_connection_drop_probability\t0.0\n");
  write_metric(out, "last_client_response_size", stats.last_response_size);
  write_metric(out, "max_client_response_size", stats.max_response_size);
  write_metric(out, "min_client_response_size", stats.min_response_size);
  write_metric(out, "auth_failed_count", stats.auth_failed);
  write_metric(out, "non_mtls_remote_conn_count", 0);
  write_metric(out, "non_mtls_local_conn_count", 0);
}

void write_counters(Out out, const ServerStatus& status) {
  const auto& stats = status.stats;
  write_metric(out, "connection_request_count", stats.connection_requests);
  write_metric(out, "paddock_connections_throttled", stats.connections_throttled);
  write_metric(out, "connection_drop_count", stats.connection_drops);
  write_metric(out, "connection_revalidate_count", stats.connection_revalidates);
  write_metric(out, "stale_sessions_expired", stats.stale_sessions_expired);
  write_metric(out, "request_throttle_wait_count", stats.throttle_waits);
  write_metric(out, "throttled_ops", stats.throttled_ops);
  write_metric(out, "stale_requests_dropped", stats.stale_dropped);
  write_metric(out, "digest_mismatches_count", status.digest_mismatches);
}

}  // namespace

std::string srvr_text(const std::string& version, const ServerStatus& status, size_t connections) {
  std::string text;
  write_head(std::back_inserter(text), version, status);
  write_stats(std::back_inserter(text), status, connections);
  return text;
}

std::string stat_text(const std::string& version, const ServerStatus& status,
                      const std::vector<Sources::Connection>& connections) {
  std::string text;
  write_head(std::back_inserter(text), version, status);
  text += "Clients:\n";
  for (const auto& connection : connections) text += connection_line(connection, false);
  text += "\n";
  write_stats(std::back_inserter(text), status, connections.size());
  return text;
}

std::string mntr_text(const std::string& version, const ServerStatus& status, size_t connections,
                      const Sources::Lines& extra) {
  std::string text;
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "zk_version\t{}\nzk_server_state\t{}\n", version, status.mode);
  if (!status.peer_state.empty()) fmt::format_to(out, "zk_peer_state\t{}\n", status.peer_state);
  if (status.observer_master) write_metric(out, "observer_master_id", *status.observer_master);
  write_ensemble(out, status);
  write_gauges(out, status, connections);
  write_counters(out, status);
  for (const auto& [name, value] : extra) fmt::format_to(out, "zk_{}\t{}\n", name, value);
  return text;
}

std::string conf_text(const Sources::Settings& settings, bool read_only) {
  std::string text;
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "clientPort={}\nsecureClientPort={}\n", settings.client_port,
                 settings.secure_client_port);
  fmt::format_to(out, "dataDir={}\ndataDirSize={}\n", settings.data_dir, settings.data_dir_size);
  fmt::format_to(out, "dataLogDir={}\ndataLogSize={}\n", settings.data_log_dir, settings.data_log_size);
  fmt::format_to(out, "tickTime={}\nmaxClientCnxns={}\n", settings.tick_ms, settings.max_client_connections);
  fmt::format_to(out, "minSessionTimeout={}\nmaxSessionTimeout={}\n", settings.min_session_timeout_ms,
                 settings.max_session_timeout_ms);
  fmt::format_to(out, "clientPortListenBacklog={}\nserverId={}\n", settings.backlog, settings.server_id);
  if (!settings.quorum) return text;
  fmt::format_to(out, "initLimit={}\nsyncLimit={}\nelectionAlg=3\n", settings.init_limit,
                 settings.sync_limit);
  fmt::format_to(out, "electionPort={}\nquorumPort={}\npeerType={}\n", settings.election_port,
                 settings.quorum_port, settings.observer ? 1 : 0);
  if (!read_only) fmt::format_to(out, "membership: \n{}", settings.membership);
  return text;
}

std::string dirs_text(const Sources::Settings& settings) {
  return fmt::format("datadir_size: {}\nlogdir_size: {}\n", settings.data_dir_size, settings.data_log_size);
}

std::string envi_text(const std::string& version, const Sources::Lines& environment) {
  std::string text = fmt::format("Environment:\nzookeeper.version={}\n", version);
  for (const auto& [key, value] : environment)
    fmt::format_to(std::back_inserter(text), "{}={}\n", key, value);
  return text;
}

std::string hash_text(const replica::DigestStatus& digests) {
  std::string text;
  for (const auto& [zxid, digest] : digests.digests) {
    fmt::format_to(std::back_inserter(text), "{:x}: {}\n", static_cast<uint64_t>(zxid.value), digest);
  }
  return text;
}

}  // namespace paddock::admin
