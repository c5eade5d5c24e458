// TlsContext: what a client's TLS connections have in common, whoever carries their bytes.
//
// Thread rule: once made it may be used by many.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "client/tls_options.h"
#include "protocol/base/result.h"

namespace paddock::client {

using TlsContext = std::shared_ptr<SSL_CTX>;

// Reads the files now; connections use what they held. A fault names the file.
Result<TlsContext> make_tls_context(const TlsOptions& options);

// Before the handshake: the certificate has to be of this host, a name or an address, if `verify_host`; a
// name is asked for, too (SNI).
void expect_server(SSL* connection, const std::string& host, bool verify_host);

// What there is to tell of a certificate that SSL_get_verify_result() has `result` for. Requires: not
// X509_V_OK.
std::string refused_certificate(long result);

}  // namespace paddock::client
