// What the four-letter words are told: the replica's status joined with what the network and the disk know.
#include <algorithm>
#include <unordered_map>

#include "server/main/clock.h"
#include "server/main/host.h"
#include "server/main/process.h"

namespace paddock {

admin::Sources Host::sources() {
  admin::Sources sources;
  sources.server = [this] {
    replica::ServerStatus status = replica_.status(now());
    status.stats.packets_received += words_received_;
    return status;
  };
  sources.connections = [this] { return list_connections(); };
  sources.dump = [this] { return replica_.dump(now()); };
  sources.watches = [this] { return replica_.watches(); };
  sources.digests = [this] { return replica_.digests(); };
  sources.settings = [this] { return describe_settings(); };
  sources.environment = [] { return environment(); };
  sources.reset_connection_stats = [this] { replica_.reset_connection_stats(); };
  sources.reset_server_stats = [this] {
    words_received_ = 0;
    replica_.reset_server_stats();
  };
  sources.extra_metrics = [this] { return own_metrics(); };
  return sources;
}

std::vector<admin::Sources::Connection> Host::list_connections() const {
  std::unordered_map<ConnectionId, replica::ConnectionStatus> by_id;
  for (replica::ConnectionStatus& status : replica_.connections())
    by_id.emplace(status.id, std::move(status));
  std::vector<admin::Sources::Connection> list;
  for (net::ConnectionInfo& info : clients_.connections()) {
    admin::Sources::Connection connection{std::move(info.remote), info.interest, {}};
    const auto known = by_id.find(info.id);
    if (known != by_id.end()) connection.status = std::move(known->second);
    if (info.id == asking_) connection.status.received = 1;  // the word itself
    list.push_back(std::move(connection));
  }
  return list;
}

admin::Sources::Settings Host::describe_settings() const {
  const replica::ReplicaOptions& options = settings_.replica;
  const store::StoreStatus disk = store_.status();
  admin::Sources::Settings settings;
  settings.client_port = settings_.clients.port < 0 ? -1 : clients_.port();
  settings.secure_client_port = settings_.clients.secure_port < 0 ? -1 : clients_.secure_port();
  settings.data_dir = settings_.store.data_dir + "/paddock";
  settings.data_log_dir = settings_.store.data_log_dir + "/paddock";
  settings.data_dir_size = static_cast<int64_t>(disk.data_bytes);
  settings.data_log_size = static_cast<int64_t>(disk.log_bytes);
  settings.tick_ms = options.tick_ms;
  settings.max_client_connections = settings_.clients.max_per_address;
  settings.min_session_timeout_ms =
      options.min_session_timeout_ms < 0 ? 2 * options.tick_ms : options.min_session_timeout_ms;
  settings.max_session_timeout_ms =
      options.max_session_timeout_ms < 0 ? 20 * options.tick_ms : options.max_session_timeout_ms;
  settings.backlog = settings_.clients.backlog;
  settings.server_id = settings_.server_id;
  settings.quorum = settings_.quorum;
  if (!settings_.quorum) return settings;
  const zab::Membership& membership = replica_.engine().configs().committed();
  const auto known = membership.members.find(ServerId{settings_.server_id});
  // Left out by a reconfiguration it is what it was.
  const zab::Member& self = known != membership.members.end()
                                ? known->second
                                : settings_.membership.members.at(ServerId{settings_.server_id});
  settings.init_limit = options.engine.init_limit_ticks;
  settings.sync_limit = options.engine.sync_limit_ticks;
  settings.election_port = self.election.front().port;
  settings.quorum_port = self.quorum.front().port;
  settings.observer = self.observer;
  settings.membership = membership.to_text();
  return settings;
}

admin::Sources::Lines Host::own_metrics() const {
  const net::ClientServerCounters counters = clients_.counters();
  const store::StoreStatus disk = store_.status();
  return {
      {"open_file_descriptor_count", std::to_string(open_file_descriptors())},
      {"max_file_descriptor_count", std::to_string(max_file_descriptors())},
      {"connection_rejected", std::to_string(counters.rejected)},
      {"sessionless_connections_expired", std::to_string(counters.sessionless_expired)},
      {"outstanding_tls_handshake", std::to_string(clients_.handshakes())},
      {"unsuccessful_handshake", std::to_string(counters.handshakes_failed)},
      {"tls_handshake_exceeded", std::to_string(counters.handshakes_exceeded)},
      {"large_requests_rejected", std::to_string(counters.large_requests_rejected)},
      {"bytes_received_count", std::to_string(counters.bytes_received)},
      {"response_bytes", std::to_string(counters.bytes_sent)},
      {"paddock_resident_bytes", std::to_string(resident_bytes())},
      {"paddock_log_bytes", std::to_string(disk.log_bytes)},
      {"paddock_data_bytes", std::to_string(disk.data_bytes)},
      {"paddock_log_syncs", std::to_string(disk.syncs)},
      {"paddock_last_log_sync_us", std::to_string(disk.last_sync_us)},
      {"paddock_checkpoint_zxid", std::to_string(disk.checkpoint.value)},
  };
}

}  // namespace paddock
