#include "client/kerberos_login.h"

#include "protocol/gssapi/initiator.h"
#include "protocol/sasl/kerberos_name.h"

namespace paddock::client {

Result<MakeInitiator> kerberos_login(const KerberosOptions& options) {
  if (options.principal.empty() != options.key_table.empty())
    return make_fault("a login by Kerberos has both a principal and a key table, or neither");
  const size_t slash = options.service.find('/');
  sasl::KerberosName service{options.service.substr(0, slash), {}, {}};
  if (slash != options.service.npos) service.host = options.service.substr(slash + 1);
  if (service.service.empty() || service.host == "")
    return make_fault("'{}' is no service of Kerberos", options.service);
  const auto runtime = gssapi::GssapiRuntime::load();
  if (!runtime) return runtime.fault();
  return MakeInitiator([runtime = *runtime, options, service](const std::string& host) {
    sasl::KerberosName asked = service;
    if (!asked.host) asked.host = host;
    return gssapi::make_initiator(runtime, options.key_table, options.principal, asked);
  });
}

}  // namespace paddock::client
