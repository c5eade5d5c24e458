#include "server/net/revocation_proof.h"

namespace paddock::net {
namespace {

using certs::bio_of;
using certs::take_openssl_reason;

// Clocks differ by less: Java's.
constexpr long kSkewSeconds = 15 * 60;

struct Free {
  void operator()(X509_STORE* store) const { X509_STORE_free(store); }
  void operator()(X509_STORE_CTX* context) const { X509_STORE_CTX_free(context); }
  void operator()(STACK_OF(X509_CRL) * crls) const { sk_X509_CRL_free(crls); }
  void operator()(STACK_OF(X509) * certificates) const { sk_X509_free(certificates); }
  void operator()(CRL_DIST_POINTS* points) const { CRL_DIST_POINTS_free(points); }
  void operator()(STACK_OF(OPENSSL_STRING) * strings) const { X509_email_free(strings); }
  void operator()(OCSP_REQUEST* request) const { OCSP_REQUEST_free(request); }
  void operator()(OCSP_RESPONSE* response) const { OCSP_RESPONSE_free(response); }
  void operator()(OCSP_BASICRESP* response) const { OCSP_BASICRESP_free(response); }
  void operator()(OCSP_CERTID* id) const { OCSP_CERTID_free(id); }
  void operator()(unsigned char* bytes) const { OPENSSL_free(bytes); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

// Believes this one alone, an end of chains or not.
Owned<X509_STORE> store_of(X509* issuer) {
  Owned<X509_STORE> store(X509_STORE_new());
  X509_STORE_add_cert(store.get(), issuer);
  X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
  return store;
}

std::string text_of(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<size_t>(ASN1_STRING_length(string))};
}

void add_urls(const GENERAL_NAMES* names, std::vector<std::string>& urls) {
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names, i);
    if (name->type == GEN_URI) urls.push_back(text_of(name->d.uniformResourceIdentifier));
  }
}

Finding unknown(std::string reason) {
  ERR_clear_error();
  return {Standing::unknown, std::move(reason)};
}

}  // namespace

std::vector<std::string> crl_urls(const X509* certificate) {
  const Owned<CRL_DIST_POINTS> points(static_cast<CRL_DIST_POINTS*>(
      X509_get_ext_d2i(certificate, NID_crl_distribution_points, nullptr, nullptr)));
  std::vector<std::string> urls;
  for (int i = 0; points && i < sk_DIST_POINT_num(points.get()); ++i) {
    const DIST_POINT_NAME* const name = sk_DIST_POINT_value(points.get(), i)->distpoint;
    if (name != nullptr && name->type == 0) add_urls(name->name.fullname, urls);
  }
  return urls;
}

std::vector<std::string> ocsp_urls(X509* certificate) {
  const Owned<STACK_OF(OPENSSL_STRING)> found(X509_get1_ocsp(certificate));
  std::vector<std::string> urls;
  for (int i = 0; found && i < sk_OPENSSL_STRING_num(found.get()); ++i) {
    urls.emplace_back(sk_OPENSSL_STRING_value(found.get(), i));
  }
  return urls;
}

// --- Lists

CrlPtr parse_crl(const std::string& bytes) {
  const auto* begin = reinterpret_cast<const unsigned char*>(bytes.data());
  CrlPtr crl(d2i_X509_CRL(nullptr, &begin, static_cast<long>(bytes.size())));
  if (!crl) crl.reset(PEM_read_bio_X509_CRL(bio_of(bytes).get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  return crl;
}

// OpenSSL looks at all that makes a list this certificate's: issuer, signature, scope and time.
Finding standing_by_crl(X509* certificate, X509* issuer, X509_CRL* crl) {
  const Owned<X509_STORE> store = store_of(issuer);
  const Owned<STACK_OF(X509_CRL)> crls(sk_X509_CRL_new_null());
  sk_X509_CRL_push(crls.get(), crl);
  const Owned<X509_STORE_CTX> context(X509_STORE_CTX_new());
  if (X509_STORE_CTX_init(context.get(), store.get(), certificate, nullptr) != 1)
    return unknown(take_openssl_reason());
  X509_STORE_CTX_set0_crls(context.get(), crls.get());
  X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_CRL_CHECK | X509_V_FLAG_PARTIAL_CHAIN);
  if (X509_verify_cert(context.get()) == 1) return {Standing::good, {}};
  const int error = X509_STORE_CTX_get_error(context.get());
  ERR_clear_error();
  const bool revoked = error == X509_V_ERR_CERT_REVOKED;
  return {revoked ? Standing::revoked : Standing::unknown, X509_verify_cert_error_string(error)};
}

// --- OCSP

std::string ocsp_request(const X509* certificate, const X509* issuer) {
  const Owned<OCSP_REQUEST> request(OCSP_REQUEST_new());
  Owned<OCSP_CERTID> id(OCSP_cert_to_id(nullptr, certificate, issuer));
  if (!id || OCSP_request_add0_id(request.get(), id.get()) == nullptr) return {};
  id.release();
  unsigned char* bytes = nullptr;
  const int size = i2d_OCSP_REQUEST(request.get(), &bytes);
  const Owned<unsigned char> owned(bytes);
  if (size <= 0) return {};
  return {reinterpret_cast<const char*>(bytes), static_cast<size_t>(size)};
}

Finding standing_by_ocsp(X509* certificate, X509* issuer, const std::string& response) {
  const auto* begin = reinterpret_cast<const unsigned char*>(response.data());
  const Owned<OCSP_RESPONSE> whole(d2i_OCSP_RESPONSE(nullptr, &begin, static_cast<long>(response.size())));
  if (!whole) return unknown("the answer is none of OCSP");
  const int answered = OCSP_response_status(whole.get());
  if (answered != OCSP_RESPONSE_STATUS_SUCCESSFUL) return unknown(OCSP_response_status_str(answered));
  const Owned<OCSP_BASICRESP> basic(OCSP_response_get1_basic(whole.get()));
  if (!basic) return unknown("the answer has no content that is known");
  const Owned<X509_STORE> store = store_of(issuer);
  const Owned<STACK_OF(X509)> signers(sk_X509_new_null());
  sk_X509_push(signers.get(), issuer);
  if (OCSP_basic_verify(basic.get(), signers.get(), store.get(), 0) != 1)
    return unknown("the answer is not signed by whom it would be believed: " + take_openssl_reason());
  const Owned<OCSP_CERTID> id(OCSP_cert_to_id(nullptr, certificate, issuer));
  int status = V_OCSP_CERTSTATUS_UNKNOWN;
  ASN1_GENERALIZEDTIME* from = nullptr;
  ASN1_GENERALIZEDTIME* until = nullptr;
  if (!id || OCSP_resp_find_status(basic.get(), id.get(), &status, nullptr, nullptr, &from, &until) != 1)
    return unknown("the answer is about another certificate");
  if (OCSP_check_validity(from, until, kSkewSeconds, -1) != 1)
    return unknown("the answer is not of this time");
  if (status == V_OCSP_CERTSTATUS_GOOD) return {Standing::good, {}};
  if (status == V_OCSP_CERTSTATUS_REVOKED) return {Standing::revoked, "certificate revoked"};
  return unknown("the responder does not know the certificate");
}

}  // namespace paddock::net
