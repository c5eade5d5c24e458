#include "protocol/certs/java_key_store.h"

#include <openssl/asn1.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <optional>

#include "protocol/certs/openssl_handles.h"
#include "protocol/jute/endian.h"

namespace paddock::certs {
namespace {

constexpr uint32_t kMagic = 0xfeedfeed;
constexpr std::string_view kWhitener = "Mighty Aphrodite";
// Sun's own protection of a key: salt, the key under a keystream of SHA-1, and a checksum.
constexpr std::string_view kKeyProtector = "1.3.6.1.4.1.42.2.17.1.1";
constexpr size_t kSha1 = SHA_DIGEST_LENGTH;

// Reads forward; once something is not there, nothing is.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : rest_(bytes) {}

  bool ok() const { return ok_; }
  std::string_view take(size_t count) {
    if (!ok_ || count > rest_.size()) {
      ok_ = false;
      return {};
    }
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  uint32_t take_int() {
    const std::string_view bytes = take(4);
    return ok_ ? static_cast<uint32_t>(jute::load_int(bytes.data())) : 0;
  }
  std::string_view take_text() {
    const std::string_view bytes = take(2);
    if (!ok_) return {};
    return take(static_cast<size_t>(static_cast<uint8_t>(bytes[0]) << 8 | static_cast<uint8_t>(bytes[1])));
  }
  std::string_view take_sized() { return take(take_int()); }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::string utf16(std::string_view ascii) {
  std::string wide;
  for (const char c : ascii) wide.append({'\0', c});
  return wide;
}

std::string sha1(std::initializer_list<std::string_view> parts) {
  std::string all;
  for (const std::string_view part : parts) all += part;
  std::string hash(kSha1, '\0');
  SHA1(reinterpret_cast<const unsigned char*>(all.data()), all.size(),
       reinterpret_cast<unsigned char*>(hash.data()));
  return hash;
}

std::string_view take_certificate(Cursor& cursor, uint32_t version) {
  if (version == 2) cursor.take_text();
  return cursor.take_sized();
}

// False: this is no entry.
bool take_entry(Cursor& cursor, uint32_t version, JavaKeyStore& store) {
  const uint32_t tag = cursor.take_int();
  const std::string_view alias = cursor.take_text();
  cursor.take(8);  // when it was made
  if (tag == 2) {
    store.trusted.emplace_back(take_certificate(cursor, version));
    return cursor.ok();
  }
  if (tag != 1) return false;
  JavaKeyStore::Key key{std::string(alias), std::string(cursor.take_sized()), {}};
  const uint32_t chain = cursor.take_int();
  for (uint32_t i = 0; i < chain && cursor.ok(); ++i)
    key.chain.emplace_back(take_certificate(cursor, version));
  store.keys.push_back(std::move(key));
  return cursor.ok();
}

}  // namespace

bool is_java_key_store(std::string_view bytes) {
  return bytes.size() >= 4 && static_cast<uint32_t>(jute::load_int(bytes.data())) == kMagic;
}

Result<JavaKeyStore> parse_java_key_store(std::string_view bytes, std::string_view password) {
  if (!is_java_key_store(bytes) || bytes.size() < 12 + kSha1) return make_fault("it is no whole JKS store");
  const std::string_view signed_part = bytes.substr(0, bytes.size() - kSha1);
  Cursor cursor(signed_part.substr(4));
  const uint32_t version = cursor.take_int();
  if (version != 1 && version != 2) return make_fault("it is a JKS store of the unknown version {}", version);
  JavaKeyStore store;
  const uint32_t count = cursor.take_int();
  for (uint32_t i = 0; i < count; ++i) {
    if (!take_entry(cursor, version, store)) return make_fault("entry {} of the JKS store is damaged", i + 1);
  }
  if (!cursor.rest().empty()) return make_fault("there is more behind the JKS store's entries");
  const std::string seal = sha1({utf16(password), kWhitener, signed_part});
  if (!password.empty() && seal != bytes.substr(signed_part.size())) {
    return make_fault("the password is wrong, or the JKS store is damaged");
  }
  return store;
}

Result<std::string> recover_java_key(std::string_view protected_key, std::string_view password) {
  const auto* begin = reinterpret_cast<const unsigned char*>(protected_key.data());
  const SignaturePtr info(d2i_X509_SIG(nullptr, &begin, static_cast<long>(protected_key.size())));
  if (!info) return make_fault("the key is no EncryptedPrivateKeyInfo");
  const X509_ALGOR* algorithm = nullptr;
  const ASN1_OCTET_STRING* octets = nullptr;
  X509_SIG_get0(info.get(), &algorithm, &octets);
  char name[80];
  OBJ_obj2txt(name, sizeof name, algorithm->algorithm, 1);
  if (name != kKeyProtector) return make_fault("the key is protected in the unknown way {}", name);
  const std::string_view data(reinterpret_cast<const char*>(ASN1_STRING_get0_data(octets)),
                              static_cast<size_t>(ASN1_STRING_length(octets)));
  if (data.size() < 2 * kSha1) return make_fault("the key is too short");
  const std::string wide = utf16(password);
  std::string key(data.substr(kSha1, data.size() - 2 * kSha1));
  std::string stream(data.substr(0, kSha1));
  for (size_t i = 0; i < key.size(); ++i) {
    if (i % kSha1 == 0) stream = sha1({wide, stream});
    key[i] = static_cast<char>(key[i] ^ stream[i % kSha1]);
  }
  if (sha1({wide, key}) != data.substr(data.size() - kSha1)) {
    return make_fault("the key's password is not the store's");
  }
  return key;
}

}  // namespace paddock::certs
