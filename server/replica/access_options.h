// What a client must prove before it is served, and how it can: SASL and enforce.auth.*; and what the
// ensemble is called.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "protocol/sasl/digest_md5.h"
#include "protocol/sasl/local_names.h"

namespace paddock::replica {

struct SaslOptions {
  // Makes an exchange by GSSAPI, which does not block. Null: DIGEST-MD5, with `passwords`.
  std::function<std::unique_ptr<sasl::Exchange>()> gssapi;
  sasl::Passwords passwords;
  sasl::LocalNames names;
  std::set<std::string> super_users;  // zookeeper.superUser, zookeeper.superUser.x
  bool keep_failed = false;           // zookeeper.allowSaslFailedClients
  std::string nonce_secret;           // of this process
};

// Clients may say which ensemble they mean (scheme "ensemble").
struct EnsembleOptions {
  std::optional<std::set<std::string, std::less<>>>
      names;  // zookeeper.ensembleAuthName; nothing: any is right
};

struct AccessOptions {
  std::optional<SaslOptions> sasl;            // nothing: no login is configured
  std::optional<EnsembleOptions> ensemble;    // nothing: the scheme is unknown
  std::vector<std::string> required_schemes;  // one of them; empty: nothing is required
  bool eager_acl_check = false;               // zookeeper.enableEagerACLCheck; in an ensemble
};

}  // namespace paddock::replica
