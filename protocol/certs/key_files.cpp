#include "protocol/certs/key_files.h"

#include <openssl/pem.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "protocol/certs/java_key_store.h"

namespace paddock::certs {
namespace {

constexpr size_t kMaxFileBytes = 16 << 20;

enum class Format { pem, pkcs12, jks, jceks, unknown };

Format format_of(const std::string& bytes) {
  if (is_java_key_store(bytes)) return Format::jks;
  if (bytes.starts_with("\xce\xce\xce\xce")) return Format::jceks;
  if (bytes.starts_with("\x30")) return Format::pkcs12;
  return bytes.find("-----BEGIN ") == std::string::npos ? Format::unknown : Format::pem;
}

// Never the terminal, where OpenSSL would ask by itself.
int give_password(char* buffer, int size, int, void* given) {
  const auto& password = *static_cast<const std::string*>(given);
  const size_t length = std::min(password.size(), static_cast<size_t>(size));
  std::memcpy(buffer, password.data(), length);
  return static_cast<int>(length);
}

CertificatePtr certificate_of(std::string_view der) {
  const auto* begin = reinterpret_cast<const unsigned char*>(der.data());
  return CertificatePtr(d2i_X509(nullptr, &begin, static_cast<long>(der.size())));
}

// The certificates of the key's own, and their issuers as far as they are there, nearest first.
Result<KeyAndChain> arrange(KeyPtr key, Certificates pool) {
  const auto take = [&](auto&& fits) {
    const auto found = std::find_if(pool.begin(), pool.end(), fits);
    CertificatePtr taken = found == pool.end() ? nullptr : std::move(*found);
    if (taken) pool.erase(found);
    return taken;
  };
  KeyAndChain result;
  result.certificate =
      take([&](const CertificatePtr& each) { return X509_check_private_key(each.get(), key.get()) == 1; });
  ERR_clear_error();  // of those that did not fit
  if (!result.certificate) return make_fault("there is no certificate for the private key");
  result.key = std::move(key);
  const X509* last = result.certificate.get();
  while (CertificatePtr issuer = take([&](const CertificatePtr& each) {
           return X509_check_issued(each.get(), const_cast<X509*>(last)) == X509_V_OK;
         })) {
    last = result.chain.emplace_back(std::move(issuer)).get();
  }
  return result;
}

Certificates pem_certificates(const std::string& bytes) {
  const BioPtr bio = bio_of(bytes);
  Certificates list;
  while (CertificatePtr each{PEM_read_bio_X509_AUX(bio.get(), nullptr, nullptr, nullptr)})
    list.push_back(std::move(each));
  ERR_clear_error();  // the end of the file is one
  return list;
}

Result<KeyAndChain> read_pem_key(const std::string& bytes, const std::string& password) {
  const BioPtr bio = bio_of(bytes);
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, give_password, const_cast<std::string*>(&password)));
  if (!key) return make_fault("no private key can be read from it: {}", take_openssl_reason());
  return arrange(std::move(key), pem_certificates(bytes));
}

struct Pkcs12Content {
  KeyPtr key;
  Certificates certificates;
};

Result<Pkcs12Content> open_pkcs12(const std::string& bytes, const std::string& password) {
  const BioPtr bio = bio_of(bytes);
  const Pkcs12Ptr store(d2i_PKCS12_bio(bio.get(), nullptr));
  if (!store) return make_fault("it is neither PEM, JKS nor PKCS12: {}", take_openssl_reason());
  EVP_PKEY* key = nullptr;
  X509* own = nullptr;
  STACK_OF(X509)* others = nullptr;
  if (PKCS12_parse(store.get(), password.c_str(), &key, &own, &others) != 1) {
    return make_fault("the PKCS12 store cannot be opened: {}", take_openssl_reason());
  }
  Pkcs12Content content{KeyPtr(key), {}};
  if (own != nullptr) content.certificates.emplace_back(own);
  const CertificateStackPtr stack(others);
  while (stack && sk_X509_num(stack.get()) > 0) content.certificates.emplace_back(sk_X509_shift(stack.get()));
  ERR_clear_error();
  return content;
}

Result<KeyAndChain> read_pkcs12_key(const std::string& bytes, const std::string& password) {
  auto content = open_pkcs12(bytes, password);
  if (!content) return content.fault();
  if (!content->key) return make_fault("the PKCS12 store holds no private key");
  return arrange(std::move(content->key), std::move(content->certificates));
}

Result<KeyAndChain> read_jks_key(const std::string& bytes, const std::string& password) {
  auto store = parse_java_key_store(bytes, password);
  if (!store) return store.fault();
  if (store->keys.empty()) return make_fault("the JKS store holds no private key");
  const JavaKeyStore::Key& entry = store->keys.front();
  const auto pkcs8 = recover_java_key(entry.protected_key, password);
  if (!pkcs8) return make_fault("alias {}: {}", entry.alias, pkcs8.fault().message);
  const auto* begin = reinterpret_cast<const unsigned char*>(pkcs8->data());
  KeyPtr key(d2i_AutoPrivateKey(nullptr, &begin, static_cast<long>(pkcs8->size())));
  if (!key) return make_fault("alias {}: no private key: {}", entry.alias, take_openssl_reason());
  Certificates pool;
  for (const std::string& der : entry.chain) {
    if (CertificatePtr each = certificate_of(der)) pool.push_back(std::move(each));
  }
  return arrange(std::move(key), std::move(pool));
}

Result<Certificates> read_jks_trusted(const std::string& bytes, const std::string& password) {
  auto store = parse_java_key_store(bytes, password);
  if (!store) return store.fault();
  Certificates list;
  for (const std::string& der : store->trusted) {
    CertificatePtr each = certificate_of(der);
    if (!each) return make_fault("a certificate is damaged: {}", take_openssl_reason());
    list.push_back(std::move(each));
  }
  return list;
}

Fault unreadable(const char* format) {
  return make_fault(
      "{} stores are not read; convert it: keytool -importkeystore -srckeystore OLD -srcstoretype {} "
      "-destkeystore NEW.p12 -deststoretype PKCS12",
      format, format);
}

Result<std::string> contents(const KeyFile& file) {
  std::ifstream stream(file.location, std::ios::binary);
  if (!stream) return make_fault("cannot be read: {}", std::strerror(errno));
  std::ostringstream text;
  text << stream.rdbuf();
  std::string bytes = std::move(text).str();
  if (bytes.empty()) return make_fault("it is empty, or no file");
  if (bytes.size() > kMaxFileBytes) return make_fault("it has more than {} bytes", kMaxFileBytes);
  if (file.type == "BCFKS" || (file.type.empty() && file.location.ends_with(".bcfks")))
    return unreadable("BCFKS");
  return bytes;
}

template <class Read>
auto load(const KeyFile& file, const std::string& setting, Read&& read) -> decltype(read("", "")) {
  const auto named = [&](const Fault& fault) {
    return make_fault("{}: {}: {}", setting, file.location, fault.message);
  };
  const auto bytes = contents(file);
  if (!bytes) return named(bytes.fault());
  auto loaded = read(*bytes, file.password);
  if (!loaded) return named(loaded.fault());
  return loaded;
}

}  // namespace

Result<KeyAndChain> read_key(const std::string& bytes, const std::string& password) {
  switch (format_of(bytes)) {
    case Format::pem:
      return read_pem_key(bytes, password);
    case Format::pkcs12:
      return read_pkcs12_key(bytes, password);
    case Format::jks:
      return read_jks_key(bytes, password);
    case Format::jceks:
      return unreadable("JCEKS");
    case Format::unknown:
      break;
  }
  return make_fault("it is neither PEM, JKS nor PKCS12");
}

Result<Certificates> read_trusted(const std::string& bytes, const std::string& password) {
  switch (format_of(bytes)) {
    case Format::pem:
      return pem_certificates(bytes);
    case Format::pkcs12: {
      auto content = open_pkcs12(bytes, password);
      if (!content) return content.fault();
      return std::move(content->certificates);
    }
    case Format::jks:
      return read_jks_trusted(bytes, password);
    case Format::jceks:
      return unreadable("JCEKS");
    case Format::unknown:
      break;
  }
  return make_fault("it is neither PEM, JKS nor PKCS12");
}

Result<KeyAndChain> load_key(const KeyFile& file, const std::string& setting) {
  return load(file, setting, read_key);
}

Result<Certificates> load_trusted(const KeyFile& file, const std::string& setting) {
  auto loaded = load(file, setting, read_trusted);
  if (loaded && loaded->empty()) return make_fault("{}: {}: it holds no certificate", setting, file.location);
  return loaded;
}

}  // namespace paddock::certs
