#include "protocol/certs/context_keys.h"

namespace paddock::certs {

Status use_key(SSL_CTX* context, const KeyFile& file, const std::string& setting) {
  const auto loaded = load_key(file, setting);
  if (!loaded) return loaded.fault();
  bool taken = SSL_CTX_use_certificate(context, loaded->certificate.get()) == 1 &&
               SSL_CTX_use_PrivateKey(context, loaded->key.get()) == 1;
  for (const CertificatePtr& issuer : loaded->chain)
    taken = taken && SSL_CTX_add1_chain_cert(context, issuer.get()) == 1;
  if (taken) return ok_status();
  return make_fault("{}: {}: {}", setting, file.location, take_openssl_reason());
}

Status use_trusted(SSL_CTX* context, const KeyFile& file, const std::string& setting) {
  if (file.location.empty()) {
    SSL_CTX_set_default_verify_paths(context);
    return ok_status();
  }
  const auto loaded = load_trusted(file, setting);
  if (!loaded) return loaded.fault();
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  for (const CertificatePtr& each : *loaded) {
    X509_STORE_add_cert(store, each.get());
    SSL_CTX_add_client_CA(context, each.get());
  }
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  return ok_status();
}

}  // namespace paddock::certs
