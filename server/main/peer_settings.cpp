// What an operator wrote about the ports between servers.
#include <algorithm>
#include <limits>

#include "server/main/peer_login_settings.h"
#include "server/main/settings.h"
#include "server/main/tls_settings.h"
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

// ZooKeeper forgets the groups then.
Status check_oracle(const config::Config& config) {
  if (!config.property("oraclePath") || !config.membership.hierarchical) return ok_status();
  return make_fault("{}: oraclePath is for majorities, and there are groups or weights; remove one of them",
                    config.properties.at("oraclePath").source);
}

// Nothing: neither setting asks for TLS.
Result<std::optional<net::PeerSecurityOptions>> security_of(const config::Config& config) {
  using Found = std::optional<net::PeerSecurityOptions>;
  net::PeerSecurityOptions options;
  options.dials = config.flag("sslQuorum", false);
  options.accepts_plain = config.flag("portUnification", false);
  if (!options.dials && !options.accepts_plain) return Found();
  auto tls = tls_options(config, kQuorumTls);
  if (!tls) return tls.fault();
  const auto handshake_ms = config.number_in(std::string(kQuorumTls) + "handshakeDetectionTimeoutMillis",
                                             options.handshake_timeout_ms, 1, kIntMax);
  if (!handshake_ms) return handshake_ms.fault();
  options.tls = std::move(*tls);
  options.checks_names = config.flag("ssl.quorum.hostnameVerification", true);
  options.checks_callers = options.checks_names && config.flag("ssl.quorum.clientHostnameVerification", true);
  options.handshake_timeout_ms = *handshake_ms;
  return Found(std::move(options));
}

}  // namespace

Result<PeerSettings> peer_settings_of(const config::Config& config, std::vector<std::string>& ignored) {
  if (auto able = check_oracle(config); !able) return able.fault();
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
  auto security = security_of(config);
  if (!security) return security.fault();
  auto logins = peer_logins_of(config, ignored);
  if (!logins) return logins.fault();

  PeerSettings settings;
  settings.security = std::move(*security);
  settings.logins = std::move(*logins);
  settings.oracle_path = config.property("oraclePath").value_or("");
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
