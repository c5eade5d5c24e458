// Reading keys and certificates from the files that a KeyFile names. Blocks for as long as the file system
// does.
#pragma once

#include <string>

#include "protocol/base/result.h"
#include "protocol/certs/openssl_handles.h"

namespace paddock::certs {

// PEM, PKCS12 or JKS, told apart by what is in it.
struct KeyFile {
  std::string location;
  std::string password;
  std::string type;  // as configured; empty: by the name's end. Only BCFKS makes a difference
};

struct KeyAndChain {
  KeyPtr key;
  CertificatePtr certificate;
  Certificates chain;  // the issuers, nearest first
};

// What the bytes of a file hold. A fault says what is wrong with them, without the file's name.
Result<KeyAndChain> read_key(const std::string& bytes, const std::string& password);
Result<Certificates> read_trusted(const std::string& bytes, const std::string& password);

// Faults name the setting and the file, and of a format that is not read how to convert it.
Result<KeyAndChain> load_key(const KeyFile& file, const std::string& setting);
Result<Certificates> load_trusted(const KeyFile& file, const std::string& setting);

}  // namespace paddock::certs
