// Socket: what a connection of the bench reads and writes: TCP, or TLS above it. Owner: its Connection.
#pragma once

#include <openssl/ssl.h>
#include <sys/types.h>

#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "client/connect_string.h"
#include "client/tls_context.h"
#include "protocol/base/result.h"

namespace paddock::client::bench {

// Null: TCP alone.
struct SocketSecurity {
  TlsContext context;
  bool verify_host = true;
};

class Socket {
 public:
  // Blocks, also afterwards. A fault names the server.
  static Result<Socket> open(const HostPort& server, const SocketSecurity& security, int timeout_ms);
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)), tls_(std::move(other.tls_)) {}
  Socket& operator=(Socket&&) = delete;
  ~Socket();

  int fd() const { return fd_; }
  Status set_nonblocking(bool on);

  // As recv() and send(): how many bytes; 0: closed; -1 and errno, EAGAIN where they would block. What was
  // not taken is to be offered again first.
  ssize_t read(std::span<char> space);
  ssize_t write(std::string_view bytes);
  // It holds bytes that were read from the network already: no poll will tell of them.
  bool has_more() const { return tls_ && SSL_pending(tls_.get()) > 0; }

 private:
  explicit Socket(int fd) : fd_(fd) {}
  Status shake_hands(const HostPort& server, const SocketSecurity& security);
  ssize_t outcome(int result) const;

  struct Free {
    void operator()(SSL* connection) const { SSL_free(connection); }
  };
  int fd_;
  std::unique_ptr<SSL, Free> tls_;  // null: TCP alone
};

}  // namespace paddock::client::bench
