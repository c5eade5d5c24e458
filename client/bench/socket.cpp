#include "client/bench/socket.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

#include "client/bench/dial.h"

namespace paddock::client::bench {
namespace {

int at_most_int(size_t size) {
  return static_cast<int>(std::min(size, size_t{INT_MAX}));
}

}  // namespace

Result<Socket> Socket::open(const HostPort& server, const SocketSecurity& security, int timeout_ms) {
  const auto fd = dial(server, timeout_ms);
  if (!fd) return fd.fault();
  Socket socket(*fd);
  if (!security.context) return socket;
  if (auto shaken = socket.shake_hands(server, security); !shaken) return shaken.fault();
  return socket;
}

Socket::~Socket() {
  if (fd_ >= 0) ::close(fd_);
}

Status Socket::shake_hands(const HostPort& server, const SocketSecurity& security) {
  tls_.reset(SSL_new(security.context.get()));
  if (!tls_ || SSL_set_fd(tls_.get(), fd_) != 1) return make_fault("OpenSSL has no room for a connection");
  // What waits to be written grows, and so moves.
  SSL_set_mode(tls_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  expect_server(tls_.get(), server.host, security.verify_host);
  ERR_clear_error();
  if (SSL_connect(tls_.get()) == 1) return ok_status();
  const long verified = SSL_get_verify_result(tls_.get());
  if (verified != X509_V_OK) return make_fault("{}: {}", to_string(server), refused_certificate(verified));
  const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
  return make_fault("{} does not agree on TLS: {}", to_string(server),
                    reason != nullptr ? reason : "it closed the connection");
}

Status Socket::set_nonblocking(bool on) {
  const int flags = ::fcntl(fd_, F_GETFL);
  if (::fcntl(fd_, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK) < 0) {
    return make_fault("fcntl: {}", std::strerror(errno));
  }
  return ok_status();
}

ssize_t Socket::read(std::span<char> space) {
  if (!tls_) return ::recv(fd_, space.data(), space.size(), 0);
  ERR_clear_error();
  errno = 0;
  return outcome(SSL_read(tls_.get(), space.data(), at_most_int(space.size())));
}

ssize_t Socket::write(std::string_view bytes) {
  if (!tls_) return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  ERR_clear_error();
  errno = 0;
  return outcome(SSL_write(tls_.get(), bytes.data(), at_most_int(bytes.size())));
}

// Of an SSL_read() or SSL_write(), as recv() and send() have it.
ssize_t Socket::outcome(int result) const {
  if (result > 0) return result;
  switch (SSL_get_error(tls_.get(), result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      errno = EAGAIN;
      return -1;
    case SSL_ERROR_ZERO_RETURN:
      return 0;
    case SSL_ERROR_SYSCALL:
      return errno == 0 ? 0 : -1;
    default:
      errno = EPROTO;
      return -1;
  }
}

}  // namespace paddock::client::bench
