// GssapiAcceptor: makes the exchanges by which clients prove with a ticket of Kerberos who they are. No
// security layer is offered, as by ZooKeeper: TLS is there for that.
//
// Owner: the server. Loop thread: an exchange reads krb5.conf and the key table and computes, but asks
// nobody: not the KDC, and no name server, because the service is the principal as it is written.
#pragma once

#include <memory>
#include <string>

#include "protocol/base/result.h"
#include "protocol/gssapi/credentials.h"
#include "protocol/gssapi/runtime.h"
#include "protocol/sasl/exchange.h"
#include "protocol/sasl/kerberos_name.h"

namespace paddock::gssapi {

struct GssapiAcceptorOptions {
  std::string key_table;  // empty: the library's own (KRB5_KTNAME, /etc/krb5.keytab)
  std::string principal;  // service/host[@REALM]
};

class GssapiAcceptor : public std::enable_shared_from_this<GssapiAcceptor> {
 public:
  // A fault names the key table, or what to install.
  static Result<std::shared_ptr<GssapiAcceptor>> open(const GssapiAcceptorOptions& options);

  std::unique_ptr<sasl::Exchange> begin();
  const GssapiRuntime& runtime() const { return *runtime_; }

 private:
  GssapiAcceptor(std::shared_ptr<const GssapiRuntime> runtime, sasl::KerberosName service,
                 Credentials credentials);

  const std::shared_ptr<const GssapiRuntime> runtime_;
  const sasl::KerberosName service_;
  const Credentials credentials_;
};

}  // namespace paddock::gssapi
