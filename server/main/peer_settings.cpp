// What an operator wrote about the ports between servers.
#include <algorithm>
#include <limits>

#include "server/main/settings.h"
#include "server/zab/ready.h"

namespace paddock {
namespace {

constexpr int64_t kIntMax = std::numeric_limits<int32_t>::max();
constexpr int64_t kLeastExtra = 1024;

std::vector<net::PeerAddress> peer_addresses(const std::vector<zab::Address>& addresses) {
  std::vector<net::PeerAddress> list;
  for (const zab::Address& address : addresses) list.push_back({address.host, address.port});
  return list;
}

// What would make this server speak another language than its peers.
Status refuse(const config::Config& config) {
  struct Missing {
    const char* key;
    const char* what;
  };
  for (const auto& [key, what] : {Missing{"sslQuorum", "TLS between servers"},
                                  Missing{"quorum.auth.enableSasl", "SASL between servers"}}) {
    if (!config.flag(key, false)) continue;
    return make_fault("{}: {}: {} is not there yet; remove the line, on all servers",
                      config.properties.at(key).source, key, what);
  }
  for (const char* key : {"oraclePath", "observerMasterPort"}) {
    if (!config.property(key)) continue;
    return make_fault("{}: {} is not there yet; remove the line", config.properties.at(key).source, key);
  }
  return ok_status();
}

}  // namespace

Result<PeerSettings> peer_settings_of(const config::Config& config) {
  if (auto able = refuse(config); !able) return able.fault();
  const zab::Member& self = config.membership.members.at(ServerId{config.server_id});
  const auto max_buffer = config.number_in("jute.maxbuffer", 0xfffff, 1, kIntMax);
  if (!max_buffer) return max_buffer.fault();
  const auto extra = config.number_in("jute.maxbuffer.extrasize", *max_buffer, 0, kIntMax);
  if (!extra) return extra.fault();
  const auto connect_ms = config.number_in("cnxTimeout", 5000, 1, kIntMax);
  if (!connect_ms) return connect_ms.fault();
  const int64_t sync_ms = int64_t{config.tick_ms} * config.sync_limit_ticks;
  const auto hello_ms = config.number_in("quorumCnxnTimeoutMs", sync_ms, -1, kIntMax);
  if (!hello_ms) return hello_ms.fault();

  PeerSettings settings;
  settings.election.self = self.id;
  settings.election.own = peer_addresses(self.election);
  settings.election.listen_on_all = config.flag("quorumListenOnAllIPs", false);
  settings.election.connect_timeout_ms = *connect_ms;
  settings.election.hello_timeout_ms = *hello_ms > 0 ? *hello_ms : sync_ms;
  settings.election.keep_alive = config.flag("tcpKeepAlive", false);
  settings.learners.own = peer_addresses(self.quorum);
  settings.learners.listen_on_all = settings.election.listen_on_all;
  settings.learners.connect_timeout_ms = *connect_ms;
  settings.learners.low_water_bytes = zab::kMaxLowWaterBytes;
  settings.learners.keep_alive = settings.election.keep_alive;
  settings.learners.max_buffer =
      static_cast<int32_t>(std::min(*max_buffer + std::max(*extra, kLeastExtra), kIntMax));
  return settings;
}

}  // namespace paddock
