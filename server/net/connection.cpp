#include "server/net/connection.h"

#include <boost/asio/buffer.hpp>
#include <cstring>
#include <utility>

#include "protocol/jute/endian.h"
#include "server/net/frame_limit.h"
#include "server/net/subject_name.h"

namespace paddock::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr size_t kReadBytes = 64 << 10;        // into the buffer of all
constexpr size_t kReadBehindBegun = 16 << 10;  // into a connection's own
constexpr size_t kChargedBytes = 64 << 10;
// A connect request has 45 bytes; nobody who has not said hello makes us hold more than this.
constexpr int32_t kFirstFrameLimit = 4096;
// Four bytes and the argument of stmk.
constexpr size_t kWordBytes = 12;

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, ConnectionId id, std::string address, std::string remote,
                       std::shared_ptr<WorkShare> share, Language language, ConnectionOwner& owner)
    : stream_(std::move(socket)),
      id_(id),
      address_(std::move(address)),
      remote_(std::move(remote)),
      share_(std::move(share)),
      owner_(owner),
      language_(language) {}

void Connection::start() {
  if (language_ == Language::tls && !begin_tls()) return leave();
  arm_read();
}

// --- TLS

// False: nothing to read yet, or the connection is gone.
bool Connection::listen_to_first_byte() {
  char first = 0;
  error_code error;
  stream_.socket().receive(asio::buffer(&first, 1), asio::socket_base::message_peek, error);
  if (error == asio::error::would_block || error == asio::error::interrupted) return arm_read(), false;
  language_ = Language::plain;
  if (error || first != kFirstByteOfTls) return true;
  if (begin_tls()) return true;
  leave();
  return false;
}

bool Connection::begin_tls() {
  language_ = Language::tls;
  phase_ = Phase::securing;
  if (!owner_.handshake_begins(*this)) return false;
  stream_.secure(owner_.tls(), TlsSession::Side::server);
  return true;
}

// What the client says behind its handshake stays where it is until it is known who says it.
void Connection::secure_and_verify() {
  error_code error;
  stream_.shake_hands(error);
  if (error == asio::error::would_block || error == asio::error::interrupted) return arm_read();
  if (error) {
    note_handshake(error);
    return finish();
  }
  phase_ = Phase::verifying;
  owner_.revocations()->check(stream_.tls()->verified_chain(),
                              [self = shared_from_this()](const Status& status) { self->verified(status); });
}

void Connection::verified(const Status& status) {
  if (phase_ != Phase::verifying) return;
  if (!status) owner_.handshake_failed(*this, status.fault().message);
  if (!status || !note_handshake({})) return finish();
  owner_.schedule_batch();
  arm_read();
}

// After each look at the socket while securing. False: the connection has to go.
bool Connection::note_handshake(const error_code& error) {
  if (!stream_.tls()->is_secured()) {
    const bool over = error && error != asio::error::would_block;
    if (over) owner_.handshake_failed(*this, stream_.tls()->reason());
    return !over;
  }
  const certs::CertificatePtr certificate = stream_.tls()->peer_certificate();
  if (const std::string fault = handshake_fault(certificate.get()); !fault.empty()) {
    owner_.handshake_failed(*this, fault);
    return false;
  }
  owner_.handshake_done(*this);
  phase_ = Phase::silent;
  if (certificate) owner_.handler().on_certificate(id_, subject_name(certificate.get()));
  return true;
}

std::string Connection::handshake_fault(const X509* certificate) const {
  if (certificate == nullptr || !owner_.options().tls->check_client_address) return {};
  if (X509_check_ip_asc(const_cast<X509*>(certificate), address_.c_str(), 0) == 1) return {};
  return "its certificate is not for its address";
}

// --- In

// Readiness is awaited and the read done by hand: a pending read would need a buffer of its own, and most
// connections are idle most of the time.
void Connection::arm_read() {
  if (read_armed_ || parked_ || !is_read()) return;
  read_armed_ = true;
  stream_.wait_readable([self = shared_from_this()](const error_code&) {
    self->read_armed_ = false;
    self->on_readable();
  });
}

void Connection::on_readable() {
  if (!is_read()) return;
  if (!owner_.shares().may_work(*share_)) {
    unread_ = true;
    return park();
  }
  Turn turn(owner_.shares(), *share_);
  if (language_ == Language::either && !listen_to_first_byte()) return;
  if (phase_ == Phase::securing && owner_.revocations()) return secure_and_verify();
  jute::FrameSplitter& input = begun_ ? *begun_ : owner_.scratch();
  const auto space = input.space(begun_ ? kReadBehindBegun : kReadBytes);
  error_code error;
  const size_t count = stream_.read_some(asio::buffer(space.data(), space.size()), error);
  if (phase_ == Phase::securing && !note_handshake(error)) return finish();
  if (error == asio::error::would_block || error == asio::error::interrupted) return arm_read();
  if (error) return leave();
  owner_.counters().bytes_received += count;
  owner_.schedule_batch();
  input.commit(count);
  deliver(input, turn);
}

void Connection::deliver(jute::FrameSplitter& input, Turn& turn) {
  const bool first_done = phase_ != Phase::silent || deliver_first(input);
  if (first_done && !deliver_frames(input, turn)) drop();
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
bool Connection::deliver_frames(jute::FrameSplitter& input, Turn& turn) {
  while (is_read()) {
    if (must_wait() || turn.is_over()) {
      park();
      return true;
    }
    const Admission admission = admission_of(input.pending());
    if (admission != Admission::taken) return admission == Admission::undecided;
    const auto frame = input.next();
    if (!frame) return true;
    if (phase_ == Phase::silent) phase_ = Phase::handshaking;
    if (!owner_.handler().on_frame(id_, *frame)) return false;
  }
  return true;
}

Connection::Admission Connection::admission_of(std::string_view begun) {
  const FrameLimit::Verdict verdict = FrameLimit(owner_.options().max_frame).verdict(begun);
  const bool undecided = verdict == FrameLimit::Verdict::undecided;
  if (undecided && begun.size() >= 4 && !std::exchange(undecided_, true)) owner_.await_type(id_);
  if (undecided) return Admission::undecided;
  undecided_ = false;
  const int32_t length = jute::load_int(begun.data());
  if (verdict == FrameLimit::Verdict::too_large) {
    owner_.frame_refused(*this, length, begun.substr(4));
    return Admission::refused;
  }
  if (length <= owner_.options().large_request || owner_.handler().has_room(length)) return Admission::taken;
  owner_.large_frame_refused(*this, length, begun.substr(4));
  return Admission::refused;
}

void Connection::refuse_undecided() {
  if (!undecided_ || !is_read() || !begun_) return;
  const std::string_view begun = begun_->pending();
  owner_.frame_refused(*this, jute::load_int(begun.data()), begun.substr(4));
  drop();
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
    begun_ = std::make_unique<jute::FrameSplitter>(FrameLimit(owner_.options().max_frame).widest());
    const auto space = begun_->space(rest);
    std::memcpy(space.data(), input.pending().data(), rest);
    begun_->commit(rest);
  }
  input.skip(rest);
}

bool Connection::is_read() const {
  return phase_ == Phase::securing || phase_ == Phase::silent || phase_ == Phase::handshaking ||
         phase_ == Phase::established;
}

void Connection::drop() {
  if (!is_read()) return;
  phase_ = Phase::dropping;
  owner_.close_after_batch(shared_from_this());
  owner_.schedule_batch();
}

void Connection::park() {
  parked_ = true;
  owner_.park(shared_from_this());
  owner_.schedule_batch();
}

bool Connection::wants_to_resume() const {
  return !is_read() || (!must_wait() && owner_.shares().may_work(*share_));
}

bool Connection::awaits_round() const {
  return is_read() && !must_wait() && !owner_.shares().may_work(*share_);
}

void Connection::resume() {
  parked_ = false;
  if (!is_read()) return;
  // Not by way of the loop: those that have whole frames would take every round before it.
  if (std::exchange(unread_, false) || !begun_) return on_readable();
  Turn turn(owner_.shares(), *share_);
  deliver(*begun_, turn);
}

// --- Out

void Connection::send(std::string bytes, bool close) {
  if (phase_ == Phase::closing || phase_ == Phase::gone) return;
  if (!close && (phase_ == Phase::silent || phase_ == Phase::handshaking)) {
    phase_ = Phase::established;
    owner_.may_resume();
  }
  // Large answers are copied for long; of small ones the clock would cost more.
  std::optional<Turn> turn;
  if (bytes.size() >= kChargedBytes) turn.emplace(owner_.shares(), *share_);
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
  const size_t count = stream_.write_some(asio::buffer(bytes), error);
  owner_.counters().bytes_sent += count;
  if (!error || error == asio::error::would_block || error == asio::error::interrupted) return count;
  return std::nullopt;
}

void Connection::arm_write() {
  if (write_armed_) return;
  write_armed_ = true;
  stream_.wait_writable([self = shared_from_this()](const error_code&) {
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

void Connection::finish() {
  stream_.end_gently();
  leave();
}

void Connection::leave() {
  if (phase_ == Phase::gone) return;
  phase_ = Phase::gone;
  stream_.close();
  output_ = {};
  written_ = 0;
  owner_.left(*this);
}

ConnectionInfo Connection::info() const {
  // Who waits for a turn is about to be read.
  const bool reads = phase_ == Phase::established && !(parked_ && must_wait());
  const bool writes = phase_ != Phase::closing && output_bytes() > 0;
  return ConnectionInfo{id_, remote_, (reads ? 1 : 0) + (writes ? 4 : 0), output_bytes()};
}

}  // namespace paddock::net
