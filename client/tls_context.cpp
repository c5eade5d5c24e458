#include "client/tls_context.h"

#include <openssl/x509_vfy.h>

#include <boost/asio/ip/address.hpp>

#include "protocol/certs/context_keys.h"

namespace paddock::client {

Result<TlsContext> make_tls_context(const TlsOptions& options) {
  TlsContext context(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
  if (!context) return make_fault("OpenSSL has no room for a context");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (auto done = certs::use_trusted(context.get(), options.trusted, "trusted certificates"); !done)
    return done.fault();
  if (!options.keys.location.empty()) {
    if (auto done = certs::use_key(context.get(), options.keys, "key and certificate"); !done)
      return done.fault();
  }
  return context;
}

void expect_server(SSL* connection, const std::string& host, bool verify_host) {
  // An address is no name: names are not asked for by it, and certificates hold it elsewhere.
  boost::system::error_code not_numeric;
  boost::asio::ip::make_address(host, not_numeric);
  if (not_numeric) SSL_set_tlsext_host_name(connection, host.c_str());
  if (!verify_host) return;
  X509_VERIFY_PARAM* const wanted = SSL_get0_param(connection);
  X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (not_numeric) {
    X509_VERIFY_PARAM_set1_host(wanted, host.c_str(), 0);
  } else {
    X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str());
  }
}

std::string refused_certificate(long result) {
  return std::string("its certificate is refused: ") + X509_verify_cert_error_string(result);
}

}  // namespace paddock::client
