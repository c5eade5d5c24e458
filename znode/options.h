// Settings that the state machine obeys. Fixed at start; all servers of an ensemble must agree on those
// marked [ensemble], because they decide what a transaction does.
#pragma once

#include <string>
#include <vector>

#include "znode/node_limits.h"

namespace paddock::znode {

struct Options {
  bool extended_types = false;      // [ensemble] zookeeper.extendedTypesEnabled: TTL nodes
  bool emulate_353_ttl = false;     // [ensemble] zookeeper.emulate353TTLNodes, with extended_types
  bool enforce_quota = false;       // zookeeper.enforceQuota
  bool skip_acl = false;            // zookeeper.skipACL=yes
  bool digest_auth = true;          // zookeeper.DigestAuthenticationProvider.enabled
  std::string super_digest;         // ...DigestAuthenticationProvider.superDigest, "user:base64"
  std::string digest_algorithm = "SHA1";  // ...DigestAuthenticationProvider.digestAlg, OpenSSL's or Java's name
  bool x509_auth = false;           // scheme x509: there is a port for TLS
  std::string x509_super_user;      // zookeeper.X509AuthenticationProvider.superUser
  bool sasl_auth = false;           // scheme sasl: authProvider.N names the SASLAuthenticationProvider
  std::string any_sasl_user;        // zookeeper.letAnySaslUserDoX: an id that stands for every user of SASL
  int64_t container_never_used_ms = 0;    // znode.container.maxNeverUsedIntervalMs, 0: never reaped unused
  bool reconfig_enabled = false;    // reconfigEnabled
  bool standalone = true;           // reconfig is answered UNIMPLEMENTED
  NodeLimits limits;
};

}  // namespace paddock::znode
