// TlsSession: TLS over one socket that does not block. The handshake happens within reading and writing.
//
// OpenSSL works on the socket itself: Asio's ssl::stream loses what it has encrypted when a socket that does
// not block takes only a part of it, and its asynchronous reads would hold a buffer for each idle connection.
//
// Owner: a Stream, which keeps the socket open for as long. Loop thread.
#pragma once

#include <boost/system/error_code.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/certs/openssl_handles.h"

namespace paddock::net {

// A ClientHello's. Plain, it would be a client's frame of 352 MiB, a server id that nobody gives, or a packet
// of no known type.
inline constexpr char kFirstByteOfTls = 0x16;

class TlsSession {
 public:
  // A verifying client goes on only with a server whose certificate is trusted; who else verifies whom is the
  // context's affair.
  enum class Side { server, client, verifying_client };

  TlsSession(SSL_CTX* context, int socket, Side side);

  // Reading and writing do it, too. would_block: not done yet.
  void shake_hands(boost::system::error_code& error);
  // As many bytes as there are, up to `space`. would_block: none now.
  size_t read_some(char* to, size_t space, boost::system::error_code& error);
  // What would_block left unwritten must be the beginning of what the next call writes.
  size_t write_some(std::string_view bytes, boost::system::error_code& error);

  // What the socket must be ready for, for reading (or writing) to go on; nothing: it can go on now.
  enum class Awaits { nothing, input, output };
  Awaits read_awaits() const { return read_awaits_; }
  Awaits write_awaits() const { return write_awaits_; }

  bool is_secured() const { return SSL_is_init_finished(ssl_.get()) == 1; }
  // Null if the peer has not shown one. Whoever shows one has been verified.
  certs::CertificatePtr peer_certificate() const;
  // Up to the one that is trusted; empty if there is no certificate, or nobody verified it.
  certs::Certificates verified_chain() const;
  // Says goodbye, if there was a hello; what cannot be sent now is not sent.
  void say_goodbye();
  // Why a call failed.
  const std::string& reason() const { return reason_; }

 private:
  bool blocked(int result, Awaits& awaits, boost::system::error_code& error);

  certs::SslPtr ssl_;
  Awaits read_awaits_ = Awaits::input;
  Awaits write_awaits_ = Awaits::output;
  bool broken_ = false;
  std::string reason_;
};

}  // namespace paddock::net
