// Stream: a socket that does not block, plain or with TLS over it. Readiness is awaited, reading and writing
// are done by hand. A plain one costs one comparison a call more than the socket itself.
//
// Owner: a connection. Loop thread. Handlers that are pending keep their own objects alive.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/net/tls_context.h"
#include "server/net/tls_session.h"

namespace paddock::net {

class Stream {
 public:
  using Error = boost::system::error_code;

  explicit Stream(boost::asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

  boost::asio::ip::tcp::socket& socket() { return socket_; }
  auto get_executor() { return socket_.get_executor(); }
  // TLS from here on. Requires: it is plain.
  void secure(const TlsContext& context, TlsSession::Side side) {
    tls_ = std::make_unique<TlsSession>(context.get(), socket_.native_handle(), side);
  }
  // Null while it is plain.
  const TlsSession* tls() const { return tls_.get(); }

  size_t read_some(boost::asio::mutable_buffer space, Error& error) {
    if (!tls_) return socket_.read_some(space, error);
    return tls_->read_some(static_cast<char*>(space.data()), space.size(), error);
  }
  size_t write_some(boost::asio::const_buffer bytes, Error& error) {
    if (!tls_) return socket_.write_some(bytes, error);
    return tls_->write_some({static_cast<const char*>(bytes.data()), bytes.size()}, error);
  }

  // What is taken now of the buffers, in order: by one system call or, with TLS, a call for each.
  size_t write_some(const std::vector<boost::asio::const_buffer>& buffers, Error& error) {
    if (!tls_) return socket_.write_some(buffers, error);
    error = {};
    size_t count = 0;
    for (size_t i = 0; i < buffers.size() && !error; ++i) count += write_some(buffers[i], error);
    return count;
  }
  // Goes on with the handshake. would_block: wait_readable() tells when to come again. Requires: secure().
  void shake_hands(Error& error) { tls_->shake_hands(error); }
  // Why a call failed with `error`.
  std::string reason(const Error& error) const { return tls_ ? tls_->reason() : error.message(); }

  // Calls `handler` once, never from within, when read_some() may have something to say.
  template <class Handler>
  void wait_readable(Handler&& handler) {
    await(tls_ ? tls_->read_awaits() : TlsSession::Awaits::input, std::forward<Handler>(handler));
  }
  template <class Handler>
  void wait_writable(Handler&& handler) {
    await(tls_ ? tls_->write_awaits() : TlsSession::Awaits::output, std::forward<Handler>(handler));
  }

  // To be followed by a close.
  void say_goodbye() {
    if (tls_) tls_->say_goodbye();
  }
  // Bytes that nobody read would turn the close into a reset, and a reset makes the peer's system throw away
  // what it has not read yet.
  void end_gently() {
    Error error;
    say_goodbye();
    char unread[4096];
    for (int i = 0; i < 64 && !error; ++i) socket_.read_some(boost::asio::buffer(unread), error);
    socket_.shutdown(boost::asio::socket_base::shutdown_both, error);
  }
  // OpenSSL must not meet the number of the socket again: it may soon be another's.
  void close() {
    Error ignored;
    tls_.reset();
    socket_.close(ignored);
  }

 private:
  template <class Handler>
  void await(TlsSession::Awaits what, Handler&& handler) {
    using boost::asio::socket_base;
    if (what == TlsSession::Awaits::nothing) {
      return boost::asio::post(socket_.get_executor(),
                               [handler = std::forward<Handler>(handler)]() mutable { handler(Error()); });
    }
    socket_.async_wait(what == TlsSession::Awaits::input ? socket_base::wait_read : socket_base::wait_write,
                       std::forward<Handler>(handler));
  }

  boost::asio::ip::tcp::socket socket_;
  std::unique_ptr<TlsSession> tls_;
};

}  // namespace paddock::net
