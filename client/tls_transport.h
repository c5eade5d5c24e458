// TLS to the servers' secureClientPort:
//
//   TlsOptions tls;
//   tls.trusted.location = "ca.pem";
//   auto transport = make_tls_transport(tls);         // a fault names the file
//   ClientOptions options;
//   options.transport = transport.value();
#pragma once

#include "client/tls_options.h"
#include "client/transport.h"
#include "protocol/base/result.h"

namespace paddock::client {

// Reads the files now; every connection of every client that it is given to uses what they held.
Result<MakeTransport> make_tls_transport(const TlsOptions& options);

}  // namespace paddock::client
