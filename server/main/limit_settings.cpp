#include "server/main/limit_settings.h"

namespace paddock {
namespace {

// What paddock.hardening says: whether the limits that ZooKeeper does not have are on.
Result<bool> is_strict(const config::Config& config) {
  const auto found = config.properties.find("paddock.hardening");
  if (found == config.properties.end() || found->second.value == "none") return false;
  const auto& [value, source] = found->second;
  if (value != "strict")
    return make_fault("{}: paddock.hardening: '{}' is neither strict nor none", source, value);
  if (config.property("skipACL") == "yes") {
    return make_fault("{}: skipACL=yes lets everybody in, and paddock.hardening=strict does not",
                      config.properties.at("skipACL").source);
  }
  return true;
}

// A limit that only a strict server has by itself; 0: none.
class Limits {
 public:
  Limits(Numbers& numbers, bool strict) : numbers_(numbers), strict_(strict) {}
  int64_t get(const char* name, int64_t when_strict) const {
    return numbers_.get(name, strict_ ? when_strict : 0, 0, Numbers::kIntMax);
  }

 private:
  Numbers& numbers_;
  const bool strict_;
};

znode::NodeLimits node_limits(const Limits& limits) {
  znode::NodeLimits found;
  found.path_bytes = limits.get("paddock.maxPathBytes", 64 << 10);
  found.path_depth = limits.get("paddock.maxPathDepth", 1024);
  found.acl_entries = limits.get("paddock.maxAclEntries", 64);
  found.multi_operations = limits.get("paddock.maxMultiOperations", 10000);
  found.ephemerals = limits.get("paddock.maxEphemeralsPerSession", 10000);
  found.ephemeral_path_bytes = limits.get("paddock.maxEphemeralPathBytesPerSession", 512 << 10);
  return found;
}

replica::ClientLimits client_limits(const Limits& limits) {
  replica::ClientLimits found;
  found.requests = limits.get("paddock.maxRequestsPerConnection", 100);
  found.request_bytes = limits.get("paddock.maxRequestBytesPerConnection", 4 << 20);
  found.watches = limits.get("paddock.maxWatchesPerConnection", 100'000);
  found.all_watches = limits.get("paddock.maxWatches", 2'000'000);
  found.identities = limits.get("paddock.maxIdentitiesPerConnection", 16);
  found.auth_failures = limits.get("paddock.maxAuthFailuresPerMinute", 5);
  found.sessions = limits.get("paddock.maxSessions", 50'000);
  found.memory_bytes = limits.get("paddock.maxMemoryMiB", 0) << 20;
  return found;
}

// ZooKeeper's own limits: a strict server has others where the operator says nothing.
void harden(const config::Config& config, Settings& settings) {
  const auto is_open = [&](const char* key) { return !config.property(key); };
  net::ClientServerOptions& clients = settings.clients;
  if (is_open("maxCnxns")) clients.max_total = 10000;
  if (is_open("nio.sessionlessCnxnTimeout")) clients.sessionless_timeout_ms = 5000;
  if (is_open("netty.server.outstandingHandshake.limit")) clients.max_handshakes = 64;
  if (is_open("leader.maxConcurrentSnapSyncs")) settings.replica.engine.snapshot_syncs = 2;
  if (is_open("largeRequestThreshold")) settings.replica.large_requests.threshold = 64 << 10;
}

}  // namespace

Status set_limits(const config::Config& config, Numbers& numbers, Settings& settings) {
  const auto strict = is_strict(config);
  if (!strict) return strict.fault();
  const Limits limits(numbers, *strict);
  settings.znode.limits = node_limits(limits);
  settings.replica.limits = client_limits(limits);
  settings.clients.max_connects_per_second =
      static_cast<int32_t>(limits.get("paddock.maxConnectsPerSecond", 100));
  settings.confined = config.flag("paddock.seccomp", *strict);
  if (*strict) harden(config, settings);
  return ok_status();
}

}  // namespace paddock
