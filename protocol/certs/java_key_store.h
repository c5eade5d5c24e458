// The JKS format of Java's keytool, as far as a server needs it: private keys with their chains, and trusted
// certificates.
//
//   store   := 0xfeedfeed, version 1 | 2, int count, entry * count, sha1
//   entry   := int 1 (key), utf alias, long time, int length, EncryptedPrivateKeyInfo,
//              int count, certificate * count
//            | int 2 (trusted), utf alias, long time, certificate
//   certificate := (version 2: utf type), int length, X.509
//   sha1    := of password (UTF-16), "Mighty Aphrodite" and all that precedes
//
// Pure: bytes in, bytes out. No length that is read is believed beyond the end of the input.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.h"

namespace paddock::certs {

struct JavaKeyStore {
  struct Key {
    std::string alias;
    std::string protected_key;       // EncryptedPrivateKeyInfo, DER
    std::vector<std::string> chain;  // X.509, DER; this key's own first
  };
  std::vector<Key> keys;
  std::vector<std::string> trusted;  // X.509, DER
};

bool is_java_key_store(std::string_view bytes);
// A fault says what is wrong, and of a format that we do not read how to convert it. An empty password checks
// nothing, as keytool's does.
Result<JavaKeyStore> parse_java_key_store(std::string_view bytes, std::string_view password);
// The key as PKCS8, DER. Java protects it with the password of the store unless it was told otherwise.
Result<std::string> recover_java_key(std::string_view protected_key, std::string_view password);

}  // namespace paddock::certs
