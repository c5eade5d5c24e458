#include "server/net/tls_session.h"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <cerrno>
#include <cstring>
#include <limits>

#include "protocol/base/check.h"

namespace paddock::net {
namespace {

namespace error_of = boost::asio::error;

// What verification found wrong tells more than "certificate verify failed".
std::string reason_of(const SSL* ssl, int saved_errno) {
  const long verified = SSL_get_verify_result(ssl);
  std::string reason =
      ERR_peek_error() == 0 && saved_errno != 0 ? std::strerror(saved_errno) : certs::take_openssl_reason();
  if (verified != X509_V_OK) reason += std::string(": ") + X509_verify_cert_error_string(verified);
  return reason;
}

int clamp(size_t size) {
  return static_cast<int>(std::min<size_t>(size, std::numeric_limits<int>::max()));
}

}  // namespace

TlsSession::TlsSession(SSL_CTX* context, int socket, Side side) : ssl_(SSL_new(context)) {
  PADDOCK_CHECK(ssl_ && SSL_set_fd(ssl_.get(), socket) == 1, "OpenSSL gave no session: {}",
                certs::take_openssl_reason());
  if (side == Side::server) {
    SSL_set_accept_state(ssl_.get());
  } else {
    SSL_set_connect_state(ssl_.get());
    if (side == Side::verifying_client) SSL_set_verify(ssl_.get(), SSL_VERIFY_PEER, nullptr);
  }
}

void TlsSession::shake_hands(boost::system::error_code& error) {
  ERR_clear_error();
  errno = 0;
  const int result = SSL_do_handshake(ssl_.get());
  if (result != 1) {
    blocked(result, read_awaits_, error);
    return;
  }
  read_awaits_ = Awaits::nothing;
  error = {};
}

size_t TlsSession::read_some(char* to, size_t space, boost::system::error_code& error) {
  size_t count = 0;
  read_awaits_ = Awaits::nothing;
  while (count < space) {
    ERR_clear_error();
    errno = 0;
    const int result = SSL_read(ssl_.get(), to + count, clamp(space - count));
    if (result > 0) {
      count += static_cast<size_t>(result);
      continue;
    }
    const bool again = blocked(result, read_awaits_, error);
    // A failure behind bytes is met again by the next call, which has nothing else to tell.
    if (count > 0) {
      if (!again) read_awaits_ = Awaits::nothing;
      error = {};
    }
    break;
  }
  return count;
}

// OpenSSL writes without MSG_NOSIGNAL, so the process must ignore SIGPIPE (server/main/process.h).
size_t TlsSession::write_some(std::string_view bytes, boost::system::error_code& error) {
  size_t count = 0;
  write_awaits_ = Awaits::output;
  while (count < bytes.size()) {
    ERR_clear_error();
    errno = 0;
    const int result = SSL_write(ssl_.get(), bytes.data() + count, clamp(bytes.size() - count));
    if (result <= 0) {
      blocked(result, write_awaits_, error);
      break;
    }
    count += static_cast<size_t>(result);
  }
  return count;
}

// True: to be tried again when the socket is ready. False: the connection is over.
bool TlsSession::blocked(int result, Awaits& awaits, boost::system::error_code& error) {
  const int saved_errno = errno;
  const int why = broken_ ? SSL_ERROR_SSL : SSL_get_error(ssl_.get(), result);
  if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) {
    awaits = why == SSL_ERROR_WANT_READ ? Awaits::input : Awaits::output;
    error = error_of::would_block;
    return true;
  }
  awaits = Awaits::input;
  error = why == SSL_ERROR_ZERO_RETURN ? error_of::make_error_code(error_of::eof)
                                       : error_of::make_error_code(error_of::connection_aborted);
  if (reason_.empty()) reason_ = why == SSL_ERROR_ZERO_RETURN ? "closed" : reason_of(ssl_.get(), saved_errno);
  broken_ = why != SSL_ERROR_ZERO_RETURN;
  return false;
}

certs::CertificatePtr TlsSession::peer_certificate() const {
  return certs::CertificatePtr(SSL_get1_peer_certificate(ssl_.get()));
}

certs::Certificates TlsSession::verified_chain() const {
  const STACK_OF(X509)* const chain = SSL_get0_verified_chain(ssl_.get());
  certs::Certificates certificates;
  for (int i = 0; chain != nullptr && i < sk_X509_num(chain); ++i) {
    X509* const each = sk_X509_value(chain, i);
    X509_up_ref(each);
    certificates.emplace_back(each);
  }
  return certificates;
}

void TlsSession::say_goodbye() {
  if (broken_ || !is_secured()) return;
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

}  // namespace paddock::net
