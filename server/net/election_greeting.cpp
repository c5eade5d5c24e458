#include "server/net/election_greeting.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <chrono>

#include "server/net/peer_text.h"

namespace paddock::net {

namespace asio = boost::asio;
using boost::system::error_code;

ElectionGreeting::ElectionGreeting(Stream stream)
    : stream_(std::move(stream)), deadline_(stream_.get_executor()) {}

void ElectionGreeting::start(int64_t timeout_ms, Done done) {
  done_ = std::move(done);
  deadline_.expires_after(std::chrono::milliseconds(timeout_ms));
  deadline_.async_wait([self = shared_from_this()](const error_code& stopped) {
    if (!stopped) self->finish(make_fault("it did not say who it is in time"));
  });
  arm_read();
}

void ElectionGreeting::arm_read() {
  stream_.wait_readable([self = shared_from_this()](const error_code&) { self->on_readable(); });
}

void ElectionGreeting::on_readable() {
  if (!done_) return;
  std::array<char, 4096> space;
  error_code error;
  const size_t count = stream_.read_some(asio::buffer(space), error);
  if (error == asio::error::would_block || error == asio::error::interrupted) return arm_read();
  if (error) return finish(make_fault("it left before it said who it is"));
  received_.append(space.data(), count);
  if (stream_.tls() == nullptr && received_.front() == kFirstByteOfTls) {
    return finish(make_fault("it speaks TLS; see sslQuorum of both, and portUnification here"));
  }
  auto hello = quorum::decode_hello(received_, consumed_);
  if (!hello) return finish(hello.fault());
  if (!*hello) return arm_read();
  finish(std::move(**hello));
}

void ElectionGreeting::finish(Result<quorum::ElectionHello> hello) {
  const Done done = std::exchange(done_, nullptr);
  if (!done) return;
  deadline_.cancel();
  done(std::move(hello), std::move(stream_), std::string_view(received_).substr(consumed_));
}

void ElectionGreeting::close() {
  done_ = nullptr;
  deadline_.cancel();
  stream_.close();
}

}  // namespace paddock::net
