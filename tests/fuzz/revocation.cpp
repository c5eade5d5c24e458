// What an authority publishes of revoked certificates, and the places that certificates name.
#include <string>

#include "fuzz_target.h"
#include "server/net/http_fetch.h"
#include "server/net/revocation_proof.h"

namespace {

using namespace paddock::net;
using paddock::certs::CertificatePtr;
using paddock::certs::KeyPtr;

CertificatePtr make_certificate() {
  const KeyPtr key(EVP_EC_gen("P-256"));
  CertificatePtr certificate(X509_new());
  X509_set_pubkey(certificate.get(), key.get());
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  return certificate;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const CertificatePtr certificate = make_certificate();
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  if (const auto address = parse_http_url(bytes); address && address->host.empty()) __builtin_trap();
  const CrlPtr crl = parse_crl(bytes);
  if (crl && standing_by_crl(certificate.get(), certificate.get(), crl.get()).standing == Standing::good)
    __builtin_trap();
  if (standing_by_ocsp(certificate.get(), certificate.get(), bytes).standing != Standing::unknown)
    __builtin_trap();
  return 0;
}
