#include "tests/certs/certificates.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include <unistd.h>
#include <catch2/catch.hpp>
#include <fstream>

#include "protocol/jute/endian.h"

namespace paddock::tests {
namespace {

using certs::BioPtr;
using certs::Pkcs12Ptr;

std::string taken(const BioPtr& bio) {
  char* bytes = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &bytes);
  return {bytes, static_cast<size_t>(length)};
}

BioPtr empty_bio() {
  return BioPtr(BIO_new(BIO_s_mem()));
}

CertificatePtr new_certificate(const Subject& subject, EVP_PKEY* key) {
  static long serial = 1;
  CertificatePtr certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* const name = X509_get_subject_name(certificate.get());
  int set = 0;  // "+" before a type: of one set with the entry before it
  for (const auto& [type, value] : subject) {
    set = type.starts_with('+') ? -1 : 0;
    REQUIRE(X509_NAME_add_entry_by_txt(name, type.c_str() + (set != 0 ? 1 : 0), MBSTRING_UTF8,
                                       reinterpret_cast<const unsigned char*>(value.data()),
                                       static_cast<int>(value.size()), -1, set) == 1);
  }
  return certificate;
}

void extend(X509* certificate, const X509* issuer, int type, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, const_cast<X509*>(issuer), certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, type, value.c_str());
  REQUIRE(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

std::string number(size_t value) {
  std::string bytes(4, '\0');
  jute::store_int(bytes.data(), static_cast<int32_t>(value));
  return bytes;
}

std::string text(const std::string& value) {
  return number(value.size()).substr(2) + value;
}

std::string sized(const std::string& value) {
  return number(value.size()) + value;
}

std::string wide(const std::string& ascii) {
  std::string bytes;
  for (const char c : ascii) bytes.append({'\0', c});
  return bytes;
}

std::string sha1(const std::string& bytes) {
  std::string hash(SHA_DIGEST_LENGTH, '\0');
  SHA1(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
       reinterpret_cast<unsigned char*>(hash.data()));
  return hash;
}

// Sun's key protection, under the salt that a test needs no chance for.
std::string protect(const std::string& pkcs8, const std::string& password) {
  const std::string salt(20, 's');
  std::string hidden = pkcs8;
  std::string stream = salt;
  for (size_t i = 0; i < hidden.size(); ++i) {
    if (i % 20 == 0) stream = sha1(wide(password) + stream);
    hidden[i] = static_cast<char>(hidden[i] ^ stream[i % 20]);
  }
  const std::string data = salt + hidden + sha1(wide(password) + pkcs8);
  X509_SIG* const info = X509_SIG_new();
  X509_ALGOR* algorithm = nullptr;
  ASN1_OCTET_STRING* octets = nullptr;
  X509_SIG_getm(info, &algorithm, &octets);
  X509_ALGOR_set0(algorithm, OBJ_txt2obj("1.3.6.1.4.1.42.2.17.1.1", 1), V_ASN1_NULL, nullptr);
  ASN1_OCTET_STRING_set(octets, reinterpret_cast<const unsigned char*>(data.data()),
                        static_cast<int>(data.size()));
  unsigned char* der = nullptr;
  const int length = i2d_X509_SIG(info, &der);
  std::string bytes(reinterpret_cast<char*>(der), static_cast<size_t>(length));
  OPENSSL_free(der);
  X509_SIG_free(info);
  return bytes;
}

std::string pkcs8_of(EVP_PKEY* key) {
  PKCS8_PRIV_KEY_INFO* const info = EVP_PKEY2PKCS8(key);
  unsigned char* der = nullptr;
  const int length = i2d_PKCS8_PRIV_KEY_INFO(info, &der);
  std::string bytes(reinterpret_cast<char*>(der), static_cast<size_t>(length));
  OPENSSL_free(der);
  PKCS8_PRIV_KEY_INFO_free(info);
  return bytes;
}

}  // namespace

std::string Issued::pem() const {
  const BioPtr bio = empty_bio();
  PEM_write_bio_PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  PEM_write_bio_X509(bio.get(), certificate.get());
  return taken(bio);
}

Authority::Authority(const std::string& name) {
  own_.key = KeyPtr(EVP_EC_gen("P-256"));
  own_.certificate = new_certificate({{"CN", name}}, own_.key.get());
  X509* const certificate = own_.certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  extend(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(certificate, own_.key.get(), EVP_sha256());
}

Issued Authority::issue(const Subject& subject, const std::string& alternative_names) const {
  Issued issued{KeyPtr(EVP_EC_gen("P-256")), {}};
  issued.certificate = new_certificate(subject, issued.key.get());
  X509_set_issuer_name(issued.certificate.get(), X509_get_subject_name(certificate()));
  if (!alternative_names.empty())
    extend(issued.certificate.get(), certificate(), NID_subject_alt_name, alternative_names);
  X509_sign(issued.certificate.get(), own_.key.get(), EVP_sha256());
  return issued;
}

std::string Authority::pem() const {
  const BioPtr bio = empty_bio();
  PEM_write_bio_X509(bio.get(), own_.certificate.get());
  return taken(bio);
}

std::string Authority::revoke(const std::vector<const Issued*>& revoked, long from_s, long until_s) const {
  const std::unique_ptr<X509_CRL, decltype(&X509_CRL_free)> crl(X509_CRL_new(), X509_CRL_free);
  X509_CRL_set_version(crl.get(), X509_CRL_VERSION_2);
  X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(certificate()));
  ASN1_TIME* const time = X509_gmtime_adj(nullptr, from_s);
  X509_CRL_set1_lastUpdate(crl.get(), time);
  for (const Issued* each : revoked) {
    X509_REVOKED* const entry = X509_REVOKED_new();
    X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(each->certificate.get()));
    X509_REVOKED_set_revocationDate(entry, time);
    X509_CRL_add0_revoked(crl.get(), entry);
  }
  X509_gmtime_adj(time, until_s);
  X509_CRL_set1_nextUpdate(crl.get(), time);
  ASN1_TIME_free(time);
  X509_CRL_sort(crl.get());
  X509_CRL_sign(crl.get(), own_.key.get(), EVP_sha256());
  unsigned char* der = nullptr;
  const int size = i2d_X509_CRL(crl.get(), &der);
  const std::string bytes(reinterpret_cast<char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return bytes;
}

KeyDirectory::KeyDirectory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "paddock-keys-XXXXXX").string();
  REQUIRE(mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

KeyDirectory::~KeyDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

// By a rename, as those who renew certificates do: nobody reads half a file.
std::string KeyDirectory::write(const std::string& name, std::string_view bytes) const {
  std::ofstream(path_ / "new", std::ios::binary) << bytes;
  std::filesystem::rename(path_ / "new", path_ / name);
  return (path_ / name).string();
}

std::string der_of(const X509* certificate) {
  unsigned char* der = nullptr;
  const int length = i2d_X509(certificate, &der);
  std::string bytes(reinterpret_cast<char*>(der), static_cast<size_t>(length));
  OPENSSL_free(der);
  return bytes;
}

std::string pkcs12_of(const Issued& issued, const Authority& authority, const std::string& password) {
  STACK_OF(X509)* const issuers = sk_X509_new_null();
  sk_X509_push(issuers, const_cast<X509*>(authority.certificate()));
  const Pkcs12Ptr store(PKCS12_create(password.c_str(), "server", issued.key.get(), issued.certificate.get(),
                                      issuers, 0, 0, 0, 0, 0));
  sk_X509_free(issuers);
  const BioPtr bio = empty_bio();
  i2d_PKCS12_bio(bio.get(), store.get());
  return taken(bio);
}

JksWriter& JksWriter::key(const std::string& alias, const Issued& issued, const Authority& authority,
                          const std::string& password) {
  ++count_;
  entries_ += number(1) + text(alias) + std::string(8, '\0') +
              sized(protect(pkcs8_of(issued.key.get()), password)) + number(2) + text("X.509") +
              sized(der_of(issued.certificate.get())) + text("X.509") +
              sized(der_of(authority.certificate()));
  return *this;
}

JksWriter& JksWriter::trusted(const std::string& alias, const X509* certificate) {
  ++count_;
  entries_ += number(2) + text(alias) + std::string(8, '\0') + text("X.509") + sized(der_of(certificate));
  return *this;
}

std::string JksWriter::sealed(const std::string& password) const {
  const std::string body = "\xfe\xed\xfe\xed" + number(2) + number(static_cast<size_t>(count_)) + entries_;
  return body + sha1(wide(password) + "Mighty Aphrodite" + body);
}

}  // namespace paddock::tests
