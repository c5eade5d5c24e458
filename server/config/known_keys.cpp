#include "server/config/known_keys.h"

#include <algorithm>
#include <array>
#include <utility>

namespace paddock::config {
namespace {

constexpr auto kParserKeys = std::to_array<std::pair<std::string_view, ValueKind>>({
    {"autopurge.purgeInterval", ValueKind::text},  // a unit may follow the number since 3.10
    {"autopurge.snapRetainCount", ValueKind::number},
    {"connectToLearnerMasterLimit", ValueKind::number},
    {"electionAlg", ValueKind::number},
    {"jvm.pause.info-threshold.ms", ValueKind::number},
    {"jvm.pause.monitor", ValueKind::boolean},
    {"jvm.pause.sleep.time.ms", ValueKind::number},
    {"jvm.pause.warn-threshold.ms", ValueKind::number},
    {"localSessionsEnabled", ValueKind::boolean},
    {"localSessionsUpgradingEnabled", ValueKind::boolean},
    {"metricsProvider.className", ValueKind::text},
    {"multiAddress.enabled", ValueKind::boolean},
    {"multiAddress.reachabilityCheckEnabled", ValueKind::boolean},
    {"multiAddress.reachabilityCheckTimeoutMs", ValueKind::number},
    {"observerMasterPort", ValueKind::number},
    {"oraclePath", ValueKind::text},
    {"peerType", ValueKind::text},
    {"portUnification", ValueKind::boolean},
    {"quorum.cnxn.threads.size", ValueKind::number},
    {"quorumListenOnAllIPs", ValueKind::boolean},
    {"sslQuorum", ValueKind::boolean},
    {"sslQuorumReloadCertFiles", ValueKind::boolean},
    {"syncEnabled", ValueKind::boolean},
});

// Groups of settings, recognised by how they begin.
constexpr auto kKnownPrefixes = std::to_array<std::string_view>({
    "DigestAuthenticationProvider.",
    "IPAuthenticationProvider.",
    "SASLAuthenticationProvider.",
    "X509AuthenticationProvider.",
    "admin.",
    "audit.",
    "authProvider.",
    "client.",
    "commitProcessor.",
    "connection_throttle_",
    "enforce.auth.",
    "fastleader.",
    "jmx.log4j.",
    "kerberos.",
    "leader.",
    "learner.",
    "messageTracker.",
    "metricsProvider.",
    "netty.",
    "nio.",
    "observer.",
    "observerMaster.",
    "paddock.",
    "pathStats.",
    "quorum.auth.",
    "request_stale_",
    "request_throttle",
    "sasl.",
    "snapshot.",
    "ssl.",
    "superUser",
    "watcherClean",
    "znode.container.",
});

constexpr auto kKnownProperties = std::to_array<std::string_view>({
    "4lw.commands.whitelist",
    "allowSaslFailedClients",
    "bitHashCacheSize",
    "clientTcpKeepAlive",
    "closeSessionTxn.enabled",
    "cnxTimeout",
    "commitLogCount",
    "controllerPort",
    "datadir.autocreate",
    "db.autocreate",
    "digest.enabled",
    "electionPortBindRetry",
    "emulate353TTLNodes",
    "enableEagerACLCheck",
    "enforceQuota",
    "ensembleAuthName",
    "extendedTypesEnabled",
    "fips-mode",
    "flushDelay",
    "follower.nodelay",
    "follower.skipLearnerRequestToNextProcessor",
    "forceSnapshotSync",
    "forceSync",
    "forward_learner_requests_to_commit_processor_disabled",
    "fsync.warningthresholdms",
    "globalOutstandingLimit",
    "intBufferStartingSizeBytes",
    "jute.maxbuffer",
    "jute.maxbuffer.extrasize",
    "largeRequestMaxBytes",
    "largeRequestThreshold",
    "leaderConnectDelayDuringRetryMs",
    "leaderServes",
    "letAnySaslUserDoX",
    "maxBatchSize",
    "maxCnxns",
    "maxGetChildrenResponseCacheSize",
    "maxInProcessingDeadWatchers",
    "maxResponseCacheSize",
    "maxWriteQueuePollTime",
    "preAllocSize",
    "quorumCnxnTimeoutMs",
    "readonlymode.enabled",
    "requireKerberosConfig",
    "security.auth_to_local",
    "serializeLastProcessedZxid.enabled",
    "serverCnxnFactory",
    "sessionRequireClientSASLAuth",
    "sessionSecretFile",
    "skipACL",
    "snapCount",
    "snapSizeLimitInKb",
    "snapshotSizeFactor",
    "tcpKeepAlive",
    "throttled_op_wait_time",
    "txnLogSizeLimitInKb",
    "watchManagerName",
});

}  // namespace

bool parser_key(std::string_view key, ValueKind& kind) {
  const auto found = std::find_if(kParserKeys.begin(), kParserKeys.end(),
                                  [&](const auto& entry) { return entry.first == key; });
  if (found == kParserKeys.end()) return false;
  kind = found->second;
  return true;
}

bool is_known_key(std::string_view key) {
  ValueKind ignored;
  return parser_key(key, ignored) ||
         std::find(kKnownProperties.begin(), kKnownProperties.end(), key) != kKnownProperties.end() ||
         std::any_of(kKnownPrefixes.begin(), kKnownPrefixes.end(),
                     [&](std::string_view prefix) { return key.starts_with(prefix); });
}

}  // namespace paddock::config
