// TLS and SASL on the command line: --tls, --ca, --cert, --any-host, --sasl, --kerberos, --keytab,
// --principal,
// --service, and zkCli's -client-configuration.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "client/kerberos_login.h"
#include "client/session/login.h"
#include "client/tls_transport.h"

namespace CLI {
class App;
}

namespace paddock::client::shell {

struct Security {
  bool tls = false;
  bool any_host = false;
  std::string configuration;  // the file that zkCli takes
  TlsOptions options;
  std::string user;  // of SASL by a password; empty: none
  bool kerberos = false;
  KerberosOptions tickets;

  // Writes into this object while the command line is parsed.
  void add_to(CLI::App& app);
  // Nothing: TCP alone. A fault names the option or the file.
  Result<std::optional<TlsOptions>> tls_options() const;
  // Null: TCP alone.
  Result<MakeTransport> transport() const;
  bool logs_in() const { return !user.empty() || by_ticket(); }
  bool by_ticket() const { return kerberos || !tickets.key_table.empty() || !tickets.principal.empty(); }
  // Null: no login. A fault names the option, or what is missing.
  Result<MakeInitiator> login() const;
};

// What of a configuration of ZooKeeper's Java client concerns connections, into `security`:
// zookeeper.client.secure, zookeeper.ssl.keyStore.*, .trustStore.* and .hostnameVerification. A fault names
// the line or the key.
Status read_client_configuration(std::string_view text, Security& security);

}  // namespace paddock::client::shell
