// TLS to the servers' secureClientPort:
//
//   TlsOptions tls;
//   tls.trusted.location = "ca.pem";
//   auto transport = make_tls_transport(tls);         // a fault names the file
//   ClientOptions options;
//   options.transport = transport.value();
//
// TLS 1.2 and 1.3. A server is believed if one of those trusted has issued its certificate, and if that names
// the host of the connect string, which was meant before any resolver was asked.
#pragma once

#include "client/transport.h"
#include "protocol/base/result.h"
#include "protocol/certs/key_files.h"

namespace paddock::client {

struct TlsOptions {
  certs::KeyFile
      trusted;  // who may have issued the servers' certificates; without a location whom the system trusts
  certs::KeyFile keys;  // key and certificate of this client; without a location it shows none
  bool verify_host = true;
};

// Reads the files now; every connection of every client that it is given to uses what they held.
Result<MakeTransport> make_tls_transport(const TlsOptions& options);

}  // namespace paddock::client
