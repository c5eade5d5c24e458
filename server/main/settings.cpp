#include "server/main/settings.h"

#include <openssl/evp.h>

#include <algorithm>
#include <thread>

#include "server/config/processor_quota.h"
#include "server/main/access_settings.h"
#include "server/main/limit_settings.h"
#include "server/main/numbers.h"
#include "server/main/tls_settings.h"

namespace paddock {
namespace {

constexpr int64_t kIntMax = Numbers::kIntMax;

bool speaks_tls(const config::Config& config) {
  return config.secure_client_port >= 0 ||
         (config.client_port >= 0 && config.flag("client.portUnification", false));
}

znode::Options znode_options(const config::Config& config, Numbers& numbers) {
  znode::Options options;
  options.extended_types = config.flag("extendedTypesEnabled", false);
  options.emulate_353_ttl = config.flag("emulate353TTLNodes", false);
  options.enforce_quota = config.flag("enforceQuota", false);
  options.skip_acl = config.property("skipACL") == "yes";
  options.digest_auth = config.flag("DigestAuthenticationProvider.enabled", true);
  options.super_digest = config.property("DigestAuthenticationProvider.superDigest").value_or("");
  options.digest_algorithm =
      config.property("DigestAuthenticationProvider.digestAlg").value_or(options.digest_algorithm);
  options.x509_auth = speaks_tls(config);
  options.sasl_auth = has_sasl_provider(config);
  options.any_sasl_user = config.property("letAnySaslUserDoX").value_or("");
  options.x509_super_user = config.property("X509AuthenticationProvider.superUser").value_or("");
  options.container_never_used_ms = numbers.get("znode.container.maxNeverUsedIntervalMs", 0, 0, kIntMax);
  options.reconfig_enabled = config.reconfig_enabled;
  options.standalone = config.is_standalone();
  return options;
}

constexpr const char* kLocalWeight = "connection_throttle_local_session_weight";

// A weight below 1, or below that of a local session, is not taken.
int64_t weight_of(Numbers& numbers, const char* name, int64_t otherwise) {
  const int64_t least = numbers.get(kLocalWeight, 1, -kIntMax, kIntMax);
  const int64_t weight = numbers.get(name, otherwise, -kIntMax, kIntMax);
  return weight <= 0 ? otherwise : std::max(weight, least);
}

replica::ThrottleOptions throttle_options(const config::Config& config, Numbers& numbers) {
  replica::ThrottleOptions options;
  options.tokens = numbers.get("connection_throttle_tokens", 0, 0, kIntMax);
  options.fill_time_ms = numbers.get("connection_throttle_fill_time", options.fill_time_ms, 1, kIntMax);
  options.fill_count = numbers.get("connection_throttle_fill_count", options.fill_count, 0, kIntMax);
  options.freeze_time_ms =
      numbers.get("connection_throttle_freeze_time", options.freeze_time_ms, -1, kIntMax);
  options.drop_increase = numbers.get_share("connection_throttle_drop_increase", options.drop_increase);
  options.drop_decrease = numbers.get_share("connection_throttle_drop_decrease", options.drop_decrease);
  options.decrease_ratio = numbers.get_share("connection_throttle_decrease_ratio", options.decrease_ratio);
  options.weighted = config.flag("connection_throttle_weight_enabled", false);
  options.new_session_weight =
      weight_of(numbers, "connection_throttle_global_session_weight", options.new_session_weight);
  const int64_t local = numbers.get(kLocalWeight, options.local_session_weight, -kIntMax, kIntMax);
  if (local > 0) options.local_session_weight = local;
  options.local_sessions = !config.is_standalone() && config.flag("localSessionsEnabled", false);
  options.renewed_session_weight =
      weight_of(numbers, "connection_throttle_renew_session_weight", options.renewed_session_weight);
  return options;
}

// What ZooKeeper does not take of them it warns of, and leaves the limit as it was.
replica::LargeRequestOptions large_request_options(Numbers& numbers) {
  replica::LargeRequestOptions options;
  const int64_t threshold = numbers.get("largeRequestThreshold", -1, -kIntMax, kIntMax);
  if (threshold > 0) options.threshold = threshold;
  const int64_t max_bytes = numbers.get("largeRequestMaxBytes", options.max_bytes, -kIntMax, kIntMax);
  if (max_bytes > 0) options.max_bytes = max_bytes;
  return options;
}

replica::RequestThrottleOptions request_throttle_options(const config::Config& config, Numbers& numbers) {
  replica::RequestThrottleOptions options;
  options.max_requests = numbers.get("request_throttle_max_requests", 0, -kIntMax, kIntMax);
  options.drops_late =
      config.flag("request_throttle_drop_stale", true) && config.flag("request_stale_latency_check", false);
  options.wait_ms = numbers.get("throttled_op_wait_time", 0, -kIntMax, kIntMax);
  return options;
}

replica::AnswerLimits answer_limits(Numbers& numbers) {
  replica::AnswerLimits limits;
  limits.usual_bytes = static_cast<size_t>(
      numbers.get("jute.maxbuffer", static_cast<int64_t>(limits.usual_bytes), 1, kIntMax));
  // Java's limit is that of an array.
  limits.max_bytes = static_cast<size_t>(
      numbers.get("paddock.maxAnswerBytes", static_cast<int64_t>(limits.max_bytes), 1 << 16, 1 << 30));
  return limits;
}

replica::ReplicaOptions replica_options(const config::Config& config, Numbers& numbers) {
  replica::ReplicaOptions options;
  options.standalone = config.is_standalone();
  options.read_only_mode = config.flag("readonlymode.enabled", false);
  options.audit = config.flag("audit.enable", false);
  // ZooKeeper's stand-alone server has none either.
  options.local_sessions = !options.standalone && config.flag("localSessionsEnabled", false);
  options.leader_serves = options.standalone || config.property("leaderServes") != "no";
  options.upgrade_local_sessions = config.flag("localSessionsUpgradingEnabled", false);
  // Stand-alone session ids begin with 1, whatever myid says.
  options.engine.self = ServerId{options.standalone ? 1 : config.server_id};
  options.engine.membership =
      options.standalone ? zab::membership_of_one(options.engine.self) : config.membership;
  options.engine.reconfig_enabled = config.reconfig_enabled && !options.standalone;
  options.engine.standalone_enabled = config.standalone_enabled;
  options.engine.has_oracle = config.property("oraclePath").has_value();
  options.engine.tick_ms = config.tick_ms;
  if (config.init_limit_ticks > 0) options.engine.init_limit_ticks = config.init_limit_ticks;
  if (config.sync_limit_ticks > 0) options.engine.sync_limit_ticks = config.sync_limit_ticks;
  options.engine.history_count =
      static_cast<size_t>(std::max<int64_t>(500, numbers.get_int("commitLogCount", 500, 0)));
  // Of an epoch. Lower in tests: 2^32 transactions take a day.
  options.engine.snapshot_syncs = static_cast<size_t>(numbers.get_int(
      "leader.maxConcurrentSnapSyncs", static_cast<int32_t>(options.engine.snapshot_syncs), 1));
  options.engine.diff_syncs = static_cast<size_t>(
      numbers.get_int("leader.maxConcurrentDiffSyncs", static_cast<int32_t>(options.engine.diff_syncs), 1));
  options.engine.last_counter = static_cast<uint32_t>(
      numbers.get("paddock.lastCounter", options.engine.last_counter, 1, options.engine.last_counter));
  // Java's default delay spares masters the observers of one that is gone, all at once.
  options.engine.observer_master_port = numbers.get_int("observerMasterPort", 0, 0);
  const int32_t rest_ms = options.engine.observer_master_port > 0 ? 200 : 0;
  options.engine.observer_election_delay_ms = numbers.get_int("observer.election.DelayMs", rest_ms, 0);
  options.engine.observer_reconnect_delay_ms = numbers.get_int("observer.reconnectDelayMs", 0, 0);
  options.tick_ms = config.tick_ms;
  options.min_session_timeout_ms = config.min_session_timeout_ms;
  options.max_session_timeout_ms = config.max_session_timeout_ms;
  options.global_outstanding_limit =
      numbers.get("globalOutstandingLimit", options.global_outstanding_limit, 1, kIntMax);
  options.connection_throttle = throttle_options(config, numbers);
  options.large_requests = large_request_options(numbers);
  options.request_throttle = request_throttle_options(config, numbers);
  options.answers = answer_limits(numbers);
  options.container_check_interval_ms =
      numbers.get("znode.container.checkIntervalMs", options.container_check_interval_ms, 1, kIntMax);
  options.container_max_per_minute =
      numbers.get_int("znode.container.maxPerMinute", options.container_max_per_minute, 1);
  return options;
}

// Others can give this server its history back: it is not the only one whose promises count.
bool has_others(const config::Config& config) {
  const auto& members = config.membership.members;
  const ServerId self{config.server_id};
  return !config.is_standalone() && std::any_of(members.begin(), members.end(), [&](const auto& entry) {
    return entry.first != self && !entry.second.observer;
  });
}

store::StoreOptions store_options(const config::Config& config, Numbers& numbers) {
  store::StoreOptions options;
  options.ensemble = has_others(config);
  options.trusts_empty = config.flag("db.autocreate", true);
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
  options.secure_address = config.secure_client_port_address;
  options.secure_port = config.secure_client_port;
  options.unified = config.client_port >= 0 && config.flag("client.portUnification", false);
  options.max_handshakes = numbers.get_int("netty.server.outstandingHandshake.limit", -1, -1);
  options.handshake_timeout_ms =
      numbers.get("ssl.handshakeDetectionTimeoutMillis", options.handshake_timeout_ms, 1, kIntMax);
  return options;
}

// Polling takes a processor that others cannot do without if there is only one.
int64_t idle_poll_us(Numbers& numbers) {
  constexpr int64_t kUsualUs = 200;
  const bool has_spare =
      std::thread::hardware_concurrency() >= 2 && config::processor_quota().value_or(2) >= 2;
  return numbers.get("paddock.idlePollUs", has_spare ? kUsualUs : 0, 0, 10'000);
}

// Otherwise nobody could log in, and the reason would be nowhere.
Status check_digest_algorithm(const std::string& name) {
  EVP_MD* const known = EVP_MD_fetch(nullptr, name.c_str(), nullptr);
  if (known == nullptr) return make_fault("DigestAuthenticationProvider.digestAlg: '{}' is not known", name);
  EVP_MD_free(known);
  return ok_status();
}

Status refuse_what_is_not_there(const config::Config& config) {
  if (config.client_port < 0 && config.secure_client_port < 0) {
    return make_fault("neither clientPort nor secureClientPort is set, so no client could connect");
  }
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
  if (auto known = check_digest_algorithm(settings.znode.digest_algorithm); !known) return known.fault();
  settings.replica = replica_options(config, numbers);
  settings.store = store_options(config, numbers);
  settings.clients = client_options(config, numbers);
  if (auto able = set_limits(config, numbers, settings); !able) return able.fault();
  settings.clients.large_request = static_cast<int32_t>(settings.replica.large_requests.threshold);
  settings.four_letter_whitelist = config.four_letter_whitelist;
  settings.read_only_mode = config.flag("readonlymode.enabled", false);
  settings.server_id = config.server_id;
  settings.idle_poll_us = idle_poll_us(numbers);
  settings.quorum = !config.is_standalone();
  settings.membership = config.membership;
  settings.config_file = config.file;
  settings.dynamic_file_in_use = config.property("dynamicConfigFile").has_value();
  if (!numbers.status()) return numbers.status().fault();
  auto access = access_options(config, speaks_tls(config), settings.ignored);
  if (!access) return access.fault();
  settings.replica.access = std::move(*access);
  auto passwords = session_passwords(config);
  if (!passwords) return passwords.fault();
  settings.replica.passwords = std::move(*passwords);
  if (speaks_tls(config)) {
    auto tls = tls_options(config, kClientTls);
    if (!tls) return tls.fault();
    settings.clients.tls = std::move(*tls);
  }
  if (settings.quorum) {
    auto peers = peer_settings_of(config, settings.ignored);
    if (!peers) return peers.fault();
    settings.peers = std::move(*peers);
  }
  if (auto able = zab::can_run(settings.replica.engine); !able) return able.fault();
  return settings;
}

}  // namespace paddock
