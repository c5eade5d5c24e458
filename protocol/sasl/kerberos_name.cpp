#include "protocol/sasl/kerberos_name.h"

namespace paddock::sasl {

std::optional<KerberosName> KerberosName::parse(std::string_view text) {
  const size_t at = text.find('@');
  if (at == std::string_view::npos) return KerberosName{std::string(text), {}, {}};
  const std::string_view realm = text.substr(at + 1);
  if (realm.find_first_of("/@") != std::string_view::npos) return std::nullopt;
  const std::string_view name = text.substr(0, at);
  const size_t slash = name.find('/');
  if (slash == std::string_view::npos) return KerberosName{std::string(name), {}, std::string(realm)};
  const std::string_view host = name.substr(slash + 1);
  if (host.find('/') != std::string_view::npos) return std::nullopt;
  return KerberosName{std::string(name.substr(0, slash)), std::string(host), std::string(realm)};
}

}  // namespace paddock::sasl
