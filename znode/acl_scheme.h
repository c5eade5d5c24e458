// The schemes that an ACL entry may name, beside "world" and "auth": what ZooKeeper calls providers.
#pragma once

#include <string_view>

#include "znode/options.h"

namespace paddock::znode {

enum class AclScheme { none, digest, ip, x509, sasl };

// none: no provider, so an entry of this scheme is refused, and matches nobody.
AclScheme scheme_of(std::string_view name, const Options& options);
// Whether create and setACL take the id.
bool is_valid_id(AclScheme scheme, std::string_view id);
// Whether someone who proved `proved` is meant by an entry's id.
bool matches(AclScheme scheme, std::string_view proved, std::string_view id, const Options& options);
// Whether "auth" stands for an identity of this scheme: one that the client had to prove something for.
inline bool is_authenticated(AclScheme scheme) {
  return scheme != AclScheme::none && scheme != AclScheme::ip;
}

}  // namespace paddock::znode
