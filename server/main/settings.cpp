#include "server/main/settings.h"

#include <algorithm>
#include <limits>

namespace paddock {
namespace {

constexpr int64_t kIntMax = std::numeric_limits<int32_t>::max();

// Reads numbers one after the other and keeps the first fault, so that the translation reads like a list.
class Numbers {
 public:
  explicit Numbers(const config::Config& config) : config_(config) {}

  int64_t get(const char* name, int64_t otherwise, int64_t least, int64_t most) {
    auto value = config_.number_in(name, otherwise, least, most);
    if (value) return *value;
    if (status_) status_ = value.fault();
    return otherwise;
  }
  int32_t get_int(const char* name, int32_t otherwise, int32_t least) {
    return static_cast<int32_t>(get(name, otherwise, least, kIntMax));
  }
  const Status& status() const { return status_; }

 private:
  const config::Config& config_;
  Status status_ = ok_status();
};

znode::Options znode_options(const config::Config& config, Numbers& numbers) {
  znode::Options options;
  options.extended_types = config.flag("extendedTypesEnabled", false);
  options.enforce_quota = config.flag("enforceQuota", false);
  options.skip_acl = config.property("skipACL") == "yes";
  options.digest_auth = config.flag("DigestAuthenticationProvider.enabled", true);
  options.super_digest = config.property("DigestAuthenticationProvider.superDigest").value_or("");
  options.digest_algorithm =
      config.property("DigestAuthenticationProvider.digestAlg").value_or(options.digest_algorithm);
  options.container_never_used_ms = numbers.get("znode.container.maxNeverUsedIntervalMs", 0, 0, kIntMax);
  options.reconfig_enabled = config.reconfig_enabled;
  options.standalone = config.is_standalone();
  return options;
}

replica::ReplicaOptions replica_options(const config::Config& config, Numbers& numbers) {
  replica::ReplicaOptions options;
  options.standalone = config.is_standalone();
  // Stand-alone session ids begin with 1, whatever myid says.
  options.engine.self = ServerId{options.standalone ? 1 : config.server_id};
  options.engine.membership =
      options.standalone ? zab::membership_of_one(options.engine.self) : config.membership;
  options.engine.tick_ms = config.tick_ms;
  if (config.init_limit_ticks > 0) options.engine.init_limit_ticks = config.init_limit_ticks;
  if (config.sync_limit_ticks > 0) options.engine.sync_limit_ticks = config.sync_limit_ticks;
  options.engine.history_count =
      static_cast<size_t>(std::max<int64_t>(500, numbers.get_int("commitLogCount", 500, 0)));
  options.tick_ms = config.tick_ms;
  options.min_session_timeout_ms = config.min_session_timeout_ms;
  options.max_session_timeout_ms = config.max_session_timeout_ms;
  options.global_outstanding_limit =
      numbers.get("globalOutstandingLimit", options.global_outstanding_limit, 1, kIntMax);
  options.container_check_interval_ms =
      numbers.get("znode.container.checkIntervalMs", options.container_check_interval_ms, 1, kIntMax);
  options.container_max_per_minute =
      numbers.get_int("znode.container.maxPerMinute", options.container_max_per_minute, 1);
  return options;
}

store::StoreOptions store_options(const config::Config& config, Numbers& numbers) {
  store::StoreOptions options;
  options.data_dir = config.data_dir;
  options.data_log_dir = config.data_log_dir;
  // ZooKeeper takes 0 for "no preallocation"; our segments have a least size instead.
  const int64_t kib =
      numbers.get("preAllocSize", static_cast<int64_t>(options.wal.segment_bytes >> 10), 0, kIntMax);
  options.wal.segment_bytes = static_cast<uint64_t>(std::max<int64_t>(kib, 1024)) << 10;
  options.wal.sync = config.property("forceSync") != "no";
  options.checkpoint_tail_bytes = static_cast<uint64_t>(
      numbers.get("paddock.checkpoint.tailBytes", static_cast<int64_t>(options.checkpoint_tail_bytes), 1,
                  int64_t{1} << 40));
  return options;
}

net::ClientServerOptions client_options(const config::Config& config, Numbers& numbers) {
  net::ClientServerOptions options;
  options.address = config.client_port_address;
  options.port = config.client_port;
  options.backlog = config.client_port_listen_backlog;
  options.max_frame = numbers.get_int("jute.maxbuffer", options.max_frame, 1);
  options.max_per_address = config.max_client_connections;
  options.max_total = numbers.get_int("maxCnxns", 0, 0);
  options.sessionless_timeout_ms =
      numbers.get_int("nio.sessionlessCnxnTimeout", options.sessionless_timeout_ms, 1);
  options.keep_alive = config.flag("clientTcpKeepAlive", false);
  return options;
}

Status refuse_what_is_not_there(const config::Config& config) {
  if (config.secure_client_port >= 0)
    return make_fault("secureClientPort: TLS is not there yet; remove the line");
  if (config.client_port < 0) return make_fault("clientPort is not set, so no client could connect");
  return ok_status();
}

}  // namespace

Result<LogOptions> log_options(const config::Config& config) {
  LogOptions options;
  options.file = config.property("paddock.log.file").value_or("");
  options.level = config.property("paddock.log.level").value_or(options.level);
  return options;
}

Result<Settings> settings_of(const config::Config& config) {
  if (auto able = refuse_what_is_not_there(config); !able) return able.fault();
  Numbers numbers(config);
  Settings settings;
  settings.znode = znode_options(config, numbers);
  settings.replica = replica_options(config, numbers);
  settings.store = store_options(config, numbers);
  settings.clients = client_options(config, numbers);
  settings.four_letter_whitelist = config.four_letter_whitelist;
  settings.read_only_mode = config.flag("readonlymode.enabled", false);
  settings.server_id = config.server_id;
  settings.quorum = !config.is_standalone();
  settings.membership = config.membership;
  if (!numbers.status()) return numbers.status().fault();
  if (settings.quorum) {
    auto peers = peer_settings_of(config);
    if (!peers) return peers.fault();
    settings.peers = std::move(*peers);
  }
  if (auto able = zab::can_run(settings.replica.engine); !able) return able.fault();
  return settings;
}

}  // namespace paddock
