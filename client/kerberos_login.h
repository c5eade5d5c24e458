// SASL GSSAPI, by tickets of Kerberos, as ZooKeeper's servers ask for it: for SessionOptions::login.
#pragma once

#include <string>

#include "client/session/login.h"

namespace paddock::client {

struct KerberosOptions {
  // Ours, of which the key table has a key: a program's. Both empty: a person's, with the tickets that kinit
  // got.
  std::string principal;
  std::string key_table;
  // Whom the servers run as: service/host, the host as the connect string names it; or all of it, for a
  // service that is one for all of them. krb5.conf says of which realm a host is, and whether its name is
  // looked up.
  std::string service = "zookeeper";
};

// Looks for libsasl2, its module and MIT's library, and for nobody else until there is a connection. A fault
// says what to install, or which option is wrong.
Result<MakeInitiator> kerberos_login(const KerberosOptions& options);

}  // namespace paddock::client
