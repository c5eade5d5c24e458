// Settings that the state machine obeys. Fixed at start; all servers of an ensemble must agree on those
// marked [ensemble], because they decide what a transaction does.
#pragma once

#include <string>
#include <vector>

namespace paddock::znode {

struct Options {
  bool extended_types = false;      // [ensemble] zookeeper.extendedTypesEnabled: TTL nodes
  bool enforce_quota = false;       // zookeeper.enforceQuota
  bool skip_acl = false;            // zookeeper.skipACL=yes
  bool digest_auth = true;          // zookeeper.DigestAuthenticationProvider.enabled
  std::string super_digest;         // ...DigestAuthenticationProvider.superDigest, "user:base64"
  std::string digest_algorithm = "SHA1";  // ...DigestAuthenticationProvider.digestAlg, OpenSSL's or Java's name
  int64_t container_never_used_ms = 0;    // znode.container.maxNeverUsedIntervalMs, 0: never reaped unused
  bool reconfig_enabled = false;    // reconfigEnabled
  bool standalone = true;           // reconfig is answered UNIMPLEMENTED
};

}  // namespace paddock::znode
