#include "server/net/tls_context.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>

#include "protocol/certs/context_keys.h"

namespace paddock::net {
namespace {

constexpr auto kBetweenLooks = std::chrono::seconds(5);

Fault refused(const TlsOptions& options, const char* setting, const std::string& why) {
  return make_fault("{}{}: {}", options.prefix, setting, why);
}

Status set_key(SSL_CTX* context, const TlsOptions& options) {
  if (options.keys.location.empty()) {
    return refused(options, "keyStore.location", "it is not set, and TLS needs a key and a certificate");
  }
  return certs::use_key(context, options.keys, options.prefix + "keyStore.location");
}

Status set_trust(SSL_CTX* context, const TlsOptions& options) {
  return certs::use_trusted(context, options.trusted, options.prefix + "trustStore.location");
}

void set_peer_certificate(SSL_CTX* context, TlsOptions::PeerCertificate wanted) {
  int mode = SSL_VERIFY_NONE;
  if (wanted == TlsOptions::PeerCertificate::taken) mode = SSL_VERIFY_PEER;
  if (wanted == TlsOptions::PeerCertificate::demanded)
    mode = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  SSL_CTX_set_verify(context, mode, nullptr);
}

Status set_protocols(SSL_CTX* context, const TlsOptions& options) {
  const auto wanted = [&](const char* name) {
    return options.protocols.empty() ||
           std::find(options.protocols.begin(), options.protocols.end(), name) != options.protocols.end();
  };
  const bool v12 = wanted("TLSv1.2");
  const bool v13 = wanted("TLSv1.3");
  if (!v12 && !v13) {
    return refused(options, "enabledProtocols",
                   "it names neither TLSv1.2 nor TLSv1.3; older ones are not spoken");
  }
  SSL_CTX_set_min_proto_version(context, v12 ? TLS1_2_VERSION : TLS1_3_VERSION);
  SSL_CTX_set_max_proto_version(context, v13 ? TLS1_3_VERSION : TLS1_2_VERSION);
  return ok_status();
}

// OpenSSL keeps the suites of TLS 1.3 in a list of their own.
Status set_ciphers(SSL_CTX* context, const TlsOptions& options) {
  if (options.ciphers.empty()) return ok_status();
  std::string v12;
  std::string v13;
  for (const std::string& name : options.ciphers) {
    const bool modern = name.starts_with("TLS_") && name.find("_WITH_") == std::string::npos;
    const std::string known = OPENSSL_cipher_name(name.c_str());
    if (known == "(NONE)") return refused(options, "ciphersuites", name + " is not known to OpenSSL");
    std::string& list = modern ? v13 : v12;
    list += (list.empty() ? "" : ":") + (modern ? name : known);
  }
  const bool set = SSL_CTX_set_ciphersuites(context, v13.c_str()) == 1 &&
                   (v12.empty() || SSL_CTX_set_cipher_list(context, v12.c_str()) == 1);
  if (!set) return refused(options, "ciphersuites", certs::take_openssl_reason());
  if (v12.empty()) SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  if (v13.empty()) SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
  return ok_status();
}

// A session that is resumed would be believed by what an earlier trust store said, so none is. Buffers of
// idle connections are given back.
void set_habits(SSL_CTX* context) {
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(context, 1);
}

}  // namespace

Result<std::shared_ptr<const TlsContext>> TlsContext::load(const TlsOptions& options) {
  certs::SslContextPtr context(SSL_CTX_new(TLS_method()));
  PADDOCK_CHECK(context, "OpenSSL gave no context: {}", certs::take_openssl_reason());
  set_habits(context.get());
  set_peer_certificate(context.get(), options.peer_certificate);
  for (const auto step : {set_key, set_trust, set_protocols, set_ciphers}) {
    if (auto done = step(context.get(), options); !done) return done.fault();
  }
  ERR_clear_error();
  return std::shared_ptr<const TlsContext>(std::make_shared<TlsContext>(std::move(context)));
}

namespace {

std::shared_ptr<Revocations> make_revocations(boost::asio::io_context& io, TlsOptions::Revocation asked) {
  if (asked == TlsOptions::Revocation::ignored) return nullptr;
  return std::make_shared<Revocations>(io, asked == TlsOptions::Revocation::by_ocsp);
}

}  // namespace

TlsContexts::TlsContexts(boost::asio::io_context& io, TlsOptions options,
                         std::function<void(std::string_view)> remark)
    : options_(std::move(options)),
      remark_(std::move(remark)),
      timer_(io),
      revocations_(make_revocations(io, options_.revocation)) {}

Status TlsContexts::open() {
  seen_ = fingerprint();
  auto loaded = TlsContext::load(options_);
  if (!loaded) return loaded.fault();
  current_ = std::move(*loaded);
  if (options_.reload) arm();
  return ok_status();
}

void TlsContexts::arm() {
  timer_.expires_after(kBetweenLooks);
  timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& stopped) {
    const auto self = weak.lock();
    if (stopped || !self) return;
    self->look();
    self->arm();
  });
}

void TlsContexts::look() {
  std::string now = fingerprint();
  if (now == seen_) return;
  seen_ = std::move(now);
  auto loaded = TlsContext::load(options_);
  if (!loaded) {
    return remark_(fmt::format("changed files cannot be used, the certificates before them stay: {}",
                               loaded.fault().message));
  }
  current_ = std::move(*loaded);
  remark_(fmt::format("certificates of {} are loaded anew", options_.keys.location));
}

// A half-written pair is tried again, because the file that completes it changes this too.
std::string TlsContexts::fingerprint() const {
  std::string text;
  for (const certs::KeyFile* file : {&options_.keys, &options_.trusted}) {
    struct stat status {};
    if (file->location.empty() || stat(file->location.c_str(), &status) != 0) {
      text += "-;";
      continue;
    }
    text += fmt::format("{}.{}.{}.{}.{};", status.st_dev, status.st_ino, status.st_size,
                        status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
  }
  return text;
}

void TlsContexts::close() {
  timer_.cancel();
  if (revocations_) revocations_->close();
}

}  // namespace paddock::net
