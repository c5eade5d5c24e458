// An authority that issues certificates for a test, and files of them in a directory that goes with it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/certs/openssl_handles.h"

namespace paddock::tests {

using certs::CertificatePtr;
using certs::KeyPtr;

// (short name or number of the type, value), outermost first.
using Subject = std::vector<std::pair<std::string, std::string>>;

struct Issued {
  KeyPtr key;
  CertificatePtr certificate;
  std::string pem() const;  // both
};

class Authority {
 public:
  explicit Authority(const std::string& name = "Test CA");
  // `alternative_names`: OpenSSL's words, "DNS:localhost,IP:127.0.0.1"; empty: none.
  Issued issue(const Subject& subject, const std::string& alternative_names = "") const;
  const X509* certificate() const { return own_.certificate.get(); }
  std::string pem() const;
  // A list that revokes those, DER, of a time that begins and ends so many seconds from now.
  std::string revoke(const std::vector<const Issued*>& revoked, long from_s, long until_s) const;

 private:
  Issued own_;
};

class KeyDirectory {
 public:
  KeyDirectory();
  ~KeyDirectory();
  std::string write(const std::string& name, std::string_view bytes) const;  // its path

 private:
  std::filesystem::path path_;
};

std::string der_of(const X509* certificate);
std::string pkcs12_of(const Issued& issued, const Authority& authority, const std::string& password);

// What Java's keytool writes with -storetype JKS: written from the format's grammar
// (protocol/certs/java_key_store.h).
class JksWriter {
 public:
  JksWriter& key(const std::string& alias, const Issued& issued, const Authority& authority,
                 const std::string& password);
  JksWriter& trusted(const std::string& alias, const X509* certificate);
  std::string sealed(const std::string& password) const;

 private:
  int count_ = 0;
  std::string entries_;
};

}  // namespace paddock::tests
