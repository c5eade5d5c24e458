#include "protocol/sasl/keyed_hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "protocol/base/check.h"

namespace paddock::sasl {

KeyedHash keyed_hash(std::string_view key, std::string_view text) {
  KeyedHash hash;
  size_t length = 0;
  const auto* made = EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, key.data(), key.size(),
                               reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                               reinterpret_cast<unsigned char*>(hash.data()), hash.size(), &length);
  PADDOCK_CHECK(made != nullptr && length == hash.size(), "OpenSSL has no HMAC");
  return hash;
}

bool equal_secrets(std::string_view one, std::string_view other) {
  return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace paddock::sasl
