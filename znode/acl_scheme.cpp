#include "znode/acl_scheme.h"

#include "znode/ip_prefix.h"
#include "znode/principal_name.h"

namespace paddock::znode {
namespace {

// Java's split(":") drops trailing empty parts, so "u:" is one part, and ":p" and "u:p::" are two.
bool has_two_parts(std::string_view id) {
  while (id.ends_with(':')) id.remove_suffix(1);
  const size_t colon = id.find(':');
  return colon != std::string_view::npos && id.find(':', colon + 1) == std::string_view::npos;
}

}  // namespace

AclScheme scheme_of(std::string_view name, const Options& options) {
  if (name == "digest" && options.digest_auth) return AclScheme::digest;
  if (name == "ip") return AclScheme::ip;
  if (name == "x509" && options.x509_auth) return AclScheme::x509;
  if (name == "sasl" && options.sasl_auth) return AclScheme::sasl;
  return AclScheme::none;
}

bool is_valid_id(AclScheme scheme, std::string_view id) {
  switch (scheme) {
    case AclScheme::none:
      return false;
    case AclScheme::digest:
      return has_two_parts(id);
    case AclScheme::ip:
      return IpPrefix::parse(id).has_value();
    case AclScheme::x509:
      return is_distinguished_name(id);
    case AclScheme::sasl:
      return is_kerberos_name(id);
  }
  return false;
}

bool matches(AclScheme scheme, std::string_view proved, std::string_view id, const Options& options) {
  switch (scheme) {
    case AclScheme::none:
      return false;
    case AclScheme::digest:
      return proved == id;
    case AclScheme::ip: {
      const auto address = IpPrefix::parse(proved);
      const auto prefix = IpPrefix::parse(id);
      return address && prefix && prefix->covers(*address);
    }
    case AclScheme::x509:
      return proved == id || (!options.x509_super_user.empty() && proved == options.x509_super_user);
    case AclScheme::sasl:
      return proved == id || proved == "super" ||
             (!options.any_sasl_user.empty() && id == options.any_sasl_user);
  }
  return false;
}

}  // namespace paddock::znode
