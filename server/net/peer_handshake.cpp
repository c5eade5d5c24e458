#include "server/net/peer_handshake.h"

#include <boost/asio/post.hpp>
#include <chrono>
#include <utility>

#include "protocol/base/check.h"
#include "server/net/tls_advice.h"

namespace paddock::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

bool must_wait(const error_code& error) {
  return error == asio::error::would_block || error == asio::error::interrupted;
}

}  // namespace

PeerHandshake::PeerHandshake(Stream stream, std::shared_ptr<PeerSecurity> security)
    : stream_(std::move(stream)), security_(std::move(security)), deadline_(stream_.get_executor()) {}

void PeerHandshake::start_dialled(std::vector<PeerAddress> addresses, Done done) {
  PADDOCK_CHECK(!addresses.empty(), "a handshake with a server that was dialled nowhere");
  dialled_ = std::move(addresses);
  start(std::move(done));
  stream_.secure(security_->context(), TlsSession::Side::verifying_client);
  asio::post(stream_.get_executor(), [self = shared_from_this()] { self->go_on(); });
}

void PeerHandshake::start_accepted(Done done) {
  start(std::move(done));
  await_first_byte();
}

void PeerHandshake::start(Done done) {
  done_ = std::move(done);
  const int64_t limit_ms = security_->options().handshake_timeout_ms;
  deadline_.expires_after(std::chrono::milliseconds(limit_ms));
  deadline_.async_wait([self = shared_from_this(), limit_ms](const error_code& stopped) {
    if (stopped) return;
    self->finish(
        make_fault("the TLS handshake was not done within the {} ms of "
                   "ssl.quorum.handshakeDetectionTimeoutMillis",
                   limit_ms));
  });
}

void PeerHandshake::await_first_byte() {
  stream_.wait_readable([self = shared_from_this()](const error_code&) { self->listen_to_first_byte(); });
}

// It is left where it is: TLS, or who reads the plain protocol, begins with it.
void PeerHandshake::listen_to_first_byte() {
  if (!done_) return;
  char first = 0;
  error_code error;
  stream_.socket().receive(asio::buffer(&first, 1), asio::socket_base::message_peek, error);
  if (must_wait(error)) return await_first_byte();
  if (error) return finish(make_fault("it left before it said anything"));
  if (first == kFirstByteOfTls) {
    stream_.secure(security_->context(), TlsSession::Side::server);
    return go_on();
  }
  if (security_->options().accepts_plain) return finish(ok_status());
  finish(make_fault("it does not speak TLS; see sslQuorum of both, and portUnification here"));
}

void PeerHandshake::await_more() {
  stream_.wait_readable([self = shared_from_this()](const error_code&) { self->go_on(); });
}

void PeerHandshake::go_on() {
  if (!done_) return;
  error_code error;
  stream_.shake_hands(error);
  if (must_wait(error)) return await_more();
  if (error) return finish(make_fault("the TLS handshake failed: {}", with_advice(stream_.reason(error))));
  if (!security_->revocations()) return verify();
  security_->revocations()->check(stream_.tls()->verified_chain(), [self = shared_from_this()](Status status) {
    if (!self->done_) return;
    if (!status) return self->finish(std::move(status));
    self->verify();
  });
}

void PeerHandshake::verify() {
  finish(dialled_.empty() ? ok_status() : security_->verify_dialled(dialled_, PeerProof::of(stream_)));
}

void PeerHandshake::finish(Status status) {
  const Done done = std::exchange(done_, nullptr);
  if (!done) return;
  deadline_.cancel();
  if (!status) stream_.end_gently();  // the alert is to arrive that tells the peer why
  done(std::move(status), std::move(stream_));
}

void PeerHandshake::cancel() {
  done_ = nullptr;
  deadline_.cancel();
  stream_.close();
}

}  // namespace paddock::net
