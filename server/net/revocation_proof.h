// Whether a certificate has been revoked, by what its authority publishes: a list of revoked certificates
// (CRL), or an answer of its OCSP responder. Pure: what is fetched, and from where, is Revocations' affair.
#pragma once

#include <openssl/ocsp.h>

#include <string>
#include <vector>

#include "protocol/certs/openssl_handles.h"

namespace paddock::net {

struct CrlFree {
  void operator()(X509_CRL* crl) const { X509_CRL_free(crl); }
};
using CrlPtr = std::unique_ptr<X509_CRL, CrlFree>;

// Unknown: this proof says nothing about the certificate, or nothing that can be believed now.
enum class Standing { good, revoked, unknown };
struct Finding {
  Standing standing = Standing::unknown;
  std::string reason;  // of anything but good
};

// Where the certificate says that it is told, in its own order.
std::vector<std::string> crl_urls(const X509* certificate);
std::vector<std::string> ocsp_urls(X509* certificate);

// DER, or PEM; null: it is neither.
CrlPtr parse_crl(const std::string& bytes);
// `issuer` is trusted: it stands above the certificate in a chain that was verified.
Finding standing_by_crl(X509* certificate, X509* issuer, X509_CRL* crl);

// The same for the same certificate: without a nonce, as Java's. Empty: none can be made.
std::string ocsp_request(const X509* certificate, const X509* issuer);
Finding standing_by_ocsp(X509* certificate, X509* issuer, const std::string& response);

}  // namespace paddock::net
