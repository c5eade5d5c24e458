#include "server/net/tls_context.h"

#include <catch2/catch.hpp>

#include "tests/certs/certificates.h"

using namespace paddock::net;
using namespace paddock::tests;

namespace {

std::string fault_of(const auto& result) {
  return result ? "no fault" : result.fault().message;
}

}  // namespace

TEST_CASE("faults of a context name the setting") {
  const KeyDirectory directory;
  const Authority authority;
  TlsOptions options;
  CHECK(fault_of(TlsContext::load(options)).starts_with("ssl.keyStore.location: it is not set"));
  options.keys.location = directory.write("key.pem", authority.issue({{"CN", "x"}}).pem());
  options.trusted.location = "/nowhere";
  CHECK(fault_of(TlsContext::load(options)).starts_with("ssl.trustStore.location: /nowhere: cannot be read"));
  options.trusted.location = directory.write("trusted.pem", authority.pem());
  CHECK(TlsContext::load(options));
  options.protocols = {"TLSv1", "SSLv3"};
  CHECK(fault_of(TlsContext::load(options)).starts_with("ssl.enabledProtocols: "));
  options.protocols = {"TLSv1.2"};
  options.ciphers = {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_NO_SUCH"};
  CHECK(fault_of(TlsContext::load(options)) == "ssl.ciphersuites: TLS_NO_SUCH is not known to OpenSSL");
}
