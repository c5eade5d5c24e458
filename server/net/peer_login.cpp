#include "server/net/peer_login.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <utility>

#include "server/net/farewell.h"

namespace paddock::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using quorum::AuthPacket;
using quorum::AuthStatus;

constexpr int kMaxPackets = 6;  // GSSAPI takes three

}  // namespace

PeerLogin::PeerLogin(Stream stream, std::shared_ptr<const PeerLogins> logins)
    : stream_(std::move(stream)), logins_(std::move(logins)), deadline_(stream_.get_executor()) {}

void PeerLogin::start_dialled(const std::string& host, Done done) {
  initiator_ = logins_->prove(host);
  start(std::move(done));
  asio::post(stream_.get_executor(), [self = shared_from_this()] { self->begin(); });
}

void PeerLogin::start_accepted(std::string_view received, Done done) {
  received_ = received;
  start(std::move(done));
  asio::post(stream_.get_executor(), [self = shared_from_this()] { self->look(); });
}

void PeerLogin::start(Done done) {
  done_ = std::move(done);
  deadline_.expires_after(std::chrono::milliseconds(logins_->timeout_ms));
  deadline_.async_wait([self = shared_from_this()](const error_code& stopped) {
    if (!stopped) self->too_late();
  });
}

// A server that dials may have nothing to say yet.
void PeerLogin::too_late() {
  if (!done_) return;
  const bool silent = !initiator_ && !exchange_ && received_.empty();
  if (silent && !logins_->demands) return finish(LoggedIn{std::move(stream_), {}});
  fail("it was not done in time");
}

void PeerLogin::begin() {
  if (done_) prove(std::nullopt, AuthStatus::in_progress);
}

// --- In

void PeerLogin::arm_read() {
  if (!done_) return;
  stream_.wait_readable([self = shared_from_this()](const error_code&) { self->on_readable(); });
}

void PeerLogin::on_readable() {
  if (!done_) return;
  std::array<char, 4096> space;
  error_code error;
  const size_t count = stream_.read_some(asio::buffer(space), error);
  if (error == asio::error::would_block || error == asio::error::interrupted) return arm_read();
  if (error && initiator_) return fail("it has hung up; see quorum.auth.* of both, and its log");
  // Who calls only to be called back leaves at once.
  if (error && !logins_->demands && !exchange_)
    return finish(LoggedIn{std::move(stream_), std::move(received_)});
  if (error) return fail("it left before it had logged in; see quorum.auth.* of both, and its log");
  received_.append(space.data(), count);
  look();
}

// At what has come so far.
void PeerLogin::look() {
  if (!done_) return;
  if (!initiator_ && !exchange_ && !quorum::begins_auth_packet(received_)) {
    if (!logins_->demands) return finish(LoggedIn{std::move(stream_), std::move(received_)});
    return fail(
        "it does not log in; see quorum.auth.serverRequireSasl here and quorum.auth.learnerRequireSasl "
        "there");
  }
  size_t consumed = 0;
  auto decoded = quorum::decode_auth_packet(received_, consumed);
  if (!decoded) return fail(decoded.fault().message);
  if (!*decoded) return arm_read();
  received_.erase(0, consumed);
  if (++packets_ > kMaxPackets) return fail("it goes on for ever");
  packet(**decoded);
}

void PeerLogin::packet(const AuthPacket& packet) {
  if (initiator_) return hear_server(packet);
  answer_caller(packet);
}

void PeerLogin::answer_caller(const AuthPacket& packet) {
  if (!exchange_) exchange_ = logins_->accept();
  auto answer = exchange_->step(packet.token.value_or(""));
  if (!answer) return fail(answer.fault().message);
  const bool complete = exchange_->is_complete();
  if (complete && logins_->hosts) {
    if (const auto admitted = logins_->hosts->admits(exchange_->user()); !admitted)
      return fail(admitted.fault().message);
  }
  say(complete ? AuthStatus::success : AuthStatus::in_progress, std::move(*answer));
  if (!done_) return;
  if (complete) return finish(LoggedIn{std::move(stream_), std::move(received_)});
  look();
}

void PeerLogin::hear_server(const AuthPacket& packet) {
  if (packet.status == AuthStatus::error)
    return fail("it does not believe us; see the logins of quorum.auth.* of both, and its log");
  if (!initiator_->is_complete()) return prove(packet.token.value_or(""), packet.status);
  if (packet.status != AuthStatus::success) return fail("it asks on when all is said");
  finish(LoggedIn{std::move(stream_), std::move(received_)});
}

// --- Our own proof

// Elsewhere only the initiator is touched, and nothing here touches it meanwhile.
void PeerLogin::prove(std::optional<std::string> heard, AuthStatus status) {
  auto work = [initiator = initiator_, heard = std::move(heard)]() -> Answer {
    if (heard) return initiator->step(*heard);
    auto first = initiator->begin();
    if (!first) return first.fault();
    return std::optional(std::move(*first));
  };
  if (!initiator_->blocks()) return proved(work(), status);
  logins_->errands->run(std::move(work), [self = shared_from_this(), status](const Answer& answer) {
    self->proved(answer, status);
  });
}

void PeerLogin::proved(const Answer& answer, AuthStatus status) {
  if (!done_) return;
  if (!answer) return fail(answer.fault().message);
  if (status == AuthStatus::in_progress) {
    say(AuthStatus::in_progress, answer->value_or(""));
    return look();
  }
  if (!initiator_->is_complete()) return fail("it ends before it has proved who it is");
  finish(LoggedIn{std::move(stream_), std::move(received_)});
}

// --- Out

// The connection is new, so all of it fits.
void PeerLogin::say(AuthStatus status, std::optional<std::string> token) {
  if (!done_) return;
  const std::string bytes = quorum::encode_auth_packet({status, std::move(token)});
  error_code error;
  if (stream_.write_some(asio::buffer(bytes), error) != bytes.size() || error) fail("it does not listen");
}

void PeerLogin::fail(std::string why) {
  if (!done_) return;
  if (exchange_) {
    error_code ignored;
    stream_.write_some(asio::buffer(quorum::encode_auth_packet({AuthStatus::error, ""})), ignored);
  }
  Farewell::to(std::move(stream_));
  finish(make_fault("SASL: {}", why));
}

void PeerLogin::finish(Result<LoggedIn> result) {
  const Done done = std::exchange(done_, nullptr);
  deadline_.cancel();
  if (done) done(std::move(result));
}

void PeerLogin::cancel() {
  done_ = nullptr;
  deadline_.cancel();
  stream_.close();
}

}  // namespace paddock::net
