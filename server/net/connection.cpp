#include "server/net/connection.h"

#include <boost/asio/buffer.hpp>
#include <cstring>

#include "protocol/jute/endian.h"

namespace paddock::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr size_t kReadBytes = 64 << 10;        // into the buffer of all
constexpr size_t kReadBehindBegun = 16 << 10;  // into a connection's own
// A connect request has 45 bytes; nobody who has not said hello makes us hold more than this.
constexpr int32_t kFirstFrameLimit = 4096;
// Four bytes and the argument of stmk.
constexpr size_t kWordBytes = 12;

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, ConnectionId id, std::string address, std::string remote,
                       ConnectionOwner& owner)
    : socket_(std::move(socket)),
      id_(id),
      address_(std::move(address)),
      remote_(std::move(remote)),
      owner_(owner) {}

void Connection::start() {
  arm_read();
}

// --- In

// Readiness is awaited and the read done by hand: a pending read would need a buffer of its own, and most
// connections are idle most of the time.
void Connection::arm_read() {
  if (read_armed_ || parked_ || !is_read()) return;
  read_armed_ = true;
  socket_.async_wait(asio::socket_base::wait_read, [self = shared_from_this()](const error_code&) {
    self->read_armed_ = false;
    self->on_readable();
  });
}

void Connection::on_readable() {
  if (!is_read()) return;
  jute::FrameSplitter& input = begun_ ? *begun_ : owner_.scratch();
  const auto space = input.space(begun_ ? kReadBehindBegun : kReadBytes);
  error_code error;
  const size_t count = socket_.read_some(asio::buffer(space.data(), space.size()), error);
  if (error == asio::error::would_block || error == asio::error::interrupted) return arm_read();
  if (error) return leave();
  owner_.counters().bytes_received += count;
  owner_.schedule_batch();
  input.commit(count);
  deliver(input);
}

void Connection::deliver(jute::FrameSplitter& input) {
  const bool first_done = phase_ != Phase::silent || deliver_first(input);
  if (first_done && !deliver_frames(input)) drop();
  keep_rest(input);
  arm_read();
}

// True: what follows are frames of somebody who said hello. False: not enough yet, or it was a word.
bool Connection::deliver_first(jute::FrameSplitter& input) {
  if (input.pending().size() < 4) return false;
  if (!word_asked_) {
    word_asked_ = true;
    if (auto text = owner_.handler().on_word(id_, input.pending().substr(0, kWordBytes))) {
      send(std::move(*text), true);
      return false;
    }
  }
  if (jute::load_int(input.pending().data()) > kFirstFrameLimit) {
    drop();
    return false;
  }
  return true;
}

// False: the connection is to be dropped.
bool Connection::deliver_frames(jute::FrameSplitter& input) {
  while (is_read()) {
    if (must_wait()) {
      parked_ = true;
      owner_.park(shared_from_this());
      return true;
    }
    const auto frame = input.next();
    if (!frame) return !input.broken();
    if (phase_ == Phase::silent) phase_ = Phase::handshaking;
    if (!owner_.handler().on_frame(id_, *frame)) return false;
  }
  return true;
}

bool Connection::must_wait() const {
  return phase_ == Phase::handshaking || output_bytes() > owner_.options().max_output_bytes ||
         (phase_ == Phase::established && owner_.handler().throttled(id_));
}

// The scratch buffer belongs to everybody: what is left of this connection's bytes moves out of it.
void Connection::keep_rest(jute::FrameSplitter& input) {
  const size_t rest = input.pending().size();
  if (&input == begun_.get()) {
    if (rest == 0 || !is_read()) begun_.reset();
    return;
  }
  if (rest > 0 && is_read()) {
    begun_ = std::make_unique<jute::FrameSplitter>(owner_.options().max_frame);
    const auto space = begun_->space(rest);
    std::memcpy(space.data(), input.pending().data(), rest);
    begun_->commit(rest);
  }
  input.skip(rest);
  if (input.broken()) input = jute::FrameSplitter(owner_.options().max_frame);
}

bool Connection::is_read() const {
  return phase_ == Phase::silent || phase_ == Phase::handshaking || phase_ == Phase::established;
}

void Connection::drop() {
  if (!is_read()) return;
  phase_ = Phase::dropping;
  owner_.close_after_batch(shared_from_this());
  owner_.schedule_batch();
}

bool Connection::wants_to_resume() const {
  return !is_read() || !must_wait();
}

void Connection::resume() {
  parked_ = false;
  if (!is_read()) return;
  if (begun_) return deliver(*begun_);
  arm_read();
}

// --- Out

void Connection::send(std::string bytes, bool close) {
  if (phase_ == Phase::closing || phase_ == Phase::gone) return;
  if (!close && (phase_ == Phase::silent || phase_ == Phase::handshaking)) {
    phase_ = Phase::established;
    owner_.may_resume();
  }
  if (output_bytes() > 0) {
    output_ += bytes;
  } else if (const auto count = write_now(bytes)) {
    output_ = std::move(bytes);
    written_ = *count;
  } else {
    return leave();
  }
  if (close) return close_after_flush();
  if (output_bytes() > 0) {
    arm_write();
  } else {
    output_ = {};
    written_ = 0;
  }
}

std::optional<size_t> Connection::write_now(std::string_view bytes) {
  error_code error;
  const size_t count = socket_.write_some(asio::buffer(bytes), error);
  owner_.counters().bytes_sent += count;
  if (!error || error == asio::error::would_block || error == asio::error::interrupted) return count;
  return std::nullopt;
}

void Connection::arm_write() {
  if (write_armed_) return;
  write_armed_ = true;
  socket_.async_wait(asio::socket_base::wait_write, [self = shared_from_this()](const error_code&) {
    self->write_armed_ = false;
    self->on_writable();
  });
}

void Connection::on_writable() {
  if (phase_ == Phase::gone) return;
  const auto count = write_now(std::string_view(output_).substr(written_));
  if (!count) return leave();
  written_ += *count;
  if (output_bytes() > 0) return arm_write();
  output_ = {};
  written_ = 0;
  if (phase_ == Phase::closing) return finish();
  owner_.may_resume();
}

void Connection::close_after_flush() {
  if (phase_ == Phase::gone) return;
  phase_ = Phase::closing;
  if (output_bytes() == 0) return finish();
  owner_.closing_slowly(id_);
  arm_write();
}

// Bytes that nobody read would turn the close into a reset, and a reset makes the peer's system throw away
// what it has not read yet: the answer.
void Connection::finish() {
  error_code error;
  char unread[4096];
  for (int i = 0; i < 64 && !error; ++i) socket_.read_some(asio::buffer(unread), error);
  socket_.shutdown(asio::socket_base::shutdown_both, error);
  leave();
}

void Connection::leave() {
  if (phase_ == Phase::gone) return;
  phase_ = Phase::gone;
  error_code error;
  socket_.close(error);
  output_ = {};
  written_ = 0;
  owner_.left(*this);
}

ConnectionInfo Connection::info() const {
  const bool reads = phase_ == Phase::established && !parked_;
  const bool writes = phase_ != Phase::closing && output_bytes() > 0;
  return ConnectionInfo{id_, remote_, (reads ? 1 : 0) + (writes ? 4 : 0), output_bytes()};
}

}  // namespace paddock::net
