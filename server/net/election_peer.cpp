#include "server/net/election_peer.h"

#include <netinet/tcp.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <chrono>

#include "server/net/election_mesh.h"
#include "server/net/farewell.h"

namespace paddock::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr int64_t kMinRestMs = 100;
constexpr int64_t kMaxRestMs = 3000;
constexpr auto kYoung = std::chrono::seconds(1);

// In one write: a Java server reads the address with a single call. The socket is new, so all of it fits.
bool say(Stream& stream, const std::string& hello) {
  error_code error;
  return stream.write_some(asio::buffer(hello), error) == hello.size() && !error;
}

// Behind a cut a message is sent again at ever longer intervals, and would still be on its way minutes after
// the cut is healed: a new connection is quicker.
void give_up_after(tcp::socket& socket, int64_t timeout_ms) {
  using UserTimeout = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>;
  error_code ignored;
  socket.set_option(UserTimeout(static_cast<int>(timeout_ms)), ignored);
}

// Nobody listens there now; a peer that is only silent says nothing.
bool is_answer(const error_code& error) {
  return error && error != asio::error::timed_out;
}

}  // namespace

ElectionPeer::ElectionPeer(asio::io_context& io, ServerId id, ElectionPeerOwner& owner)
    : io_(io), id_(id), owner_(&owner), rest_timer_(io) {}

// A message may wait for a place to go to.
void ElectionPeer::set_addresses(std::vector<PeerAddress> addresses) {
  addresses_ = std::move(addresses);
  want_connection();
}

void ElectionPeer::send(std::string frame) {
  if (connection_) {
    last_sent_ = frame;
    return connection_->send(std::move(frame));
  }
  waiting_ = std::move(frame);
  want_connection();
}

// --- Dialling

void ElectionPeer::want_connection() {
  if (!waiting_.empty() && is_idle() && has_addresses()) dial();
}

void ElectionPeer::dial() {
  dial_ = Dial::start(io_, addresses_, owner_->options().connect_timeout_ms,
                      [self = shared_from_this()](const error_code& error, tcp::socket socket) {
                        self->dialled(error, std::move(socket));
                      });
}

void ElectionPeer::dialled(const error_code& error, tcp::socket socket) {
  dial_.reset();
  if (connection_) return;  // it was quicker; without a hello this one means nothing
  if (error) {
    owner_->peer_unreachable(id_, error.message());
    if (is_answer(error)) owner_->peer_down(id_);
    return rest();
  }
  const auto& security = owner_->options().security;
  if (security && security->options().dials) return secure(Stream(std::move(socket)));
  introduce(Stream(std::move(socket)));
}

void ElectionPeer::secure(Stream stream) {
  handshake_ = std::make_shared<PeerHandshake>(std::move(stream), owner_->options().security);
  handshake_->start_dialled(addresses_, [self = shared_from_this()](Status status, Stream secured) {
    self->handshake_.reset();
    if (self->connection_) return;  // as behind a dial
    if (status) return self->introduce(std::move(secured));
    self->refused(status.fault());
  });
}

void ElectionPeer::refused(const Fault& why) {
  owner_->peer_unreachable(id_, why.message);
  rest();
}

void ElectionPeer::introduce(Stream stream) {
  if (!say(stream, owner_->hello())) return rest();
  const auto& logins = owner_->options().logins;
  if (logins && logins->logs_in) return log_in(std::move(stream));
  introduced(std::move(stream), {});
}

void ElectionPeer::log_in(Stream stream) {
  login_ = std::make_shared<PeerLogin>(std::move(stream), owner_->options().logins);
  login_->start_dialled(addresses_.front().host, [self = shared_from_this()](Result<LoggedIn> result) {
    self->login_.reset();
    if (self->connection_) return;  // as behind a dial
    if (result) return self->introduced(std::move(result->stream), result->behind);
    self->refused(result.fault());
  });
}

void ElectionPeer::introduced(Stream stream, std::string_view received) {
  if (id_ < owner_->options().self) return adopt(std::move(stream), received);
  // The larger id calls back, now that it knows of us.
  Farewell::to(std::move(stream));
  rest();
}

// A message waits, and the next attempt with it.
void ElectionPeer::rest() {
  resting_ = true;
  rest_ms_ = std::clamp(rest_ms_ * 2, kMinRestMs, kMaxRestMs);
  rest_timer_.expires_after(std::chrono::milliseconds(rest_ms_));
  rest_timer_.async_wait([self = shared_from_this()](const error_code& stopped) {
    if (stopped || self->owner_ == nullptr) return;
    self->resting_ = false;
    self->want_connection();
  });
}

// Two servers that dial each other at once both succeed: a young connection is the one that the other was
// asking for when it did not know of it yet. Of a process that died the system would have told us.
void ElectionPeer::call_back() {
  if (is_dialling() || (connection_ && Clock::now() - connected_at_ < kYoung)) return;
  if (connection_) connection_->close();
  connection_.reset();
  rest_timer_.cancel();
  resting_ = false;
  rest_ms_ = 0;
  if (waiting_.empty()) waiting_ = last_sent_;
  dial();
}

// --- The connection

void ElectionPeer::adopt(Stream stream, std::string_view received) {
  if (connection_) connection_->close();
  rest_timer_.cancel();
  resting_ = false;
  heard_ = false;
  connected_at_ = Clock::now();
  give_up_after(stream.socket(), owner_->options().connect_timeout_ms);
  const auto self = weak_from_this();
  connection_ = std::make_shared<ElectionConnection>(
      std::move(stream), ElectionConnection::Listener{[self](std::string_view body) {
                                                        if (const auto peer = self.lock()) peer->heard(body);
                                                      },
                                                      [self](const std::string& why) {
                                                        if (const auto peer = self.lock())
                                                          peer->connection_lost(why);
                                                      }});
  owner_->peer_up(id_);
  if (waiting_.empty()) waiting_ = last_sent_;
  if (!waiting_.empty()) send(std::exchange(waiting_, {}));
  if (const auto connection = connection_) connection->start(received);
}

void ElectionPeer::heard(std::string_view body) {
  if (owner_ == nullptr) return;
  heard_ = true;
  rest_ms_ = 0;
  refusal_.clear();
  owner_->peer_message(id_, body);
}

// With TLS 1.3 whoever has dialled is done before its certificate is looked at, so a refusal comes as a loss.
void ElectionPeer::connection_lost(const std::string& why) {
  connection_.reset();
  if (owner_ == nullptr) return;
  if (!heard_ && !why.empty() && std::exchange(refusal_, why) != why) owner_->peer_unreachable(id_, why);
  owner_->peer_down(id_);
  if (!heard_) return rest();
  want_connection();
}

void ElectionPeer::leave() {
  owner_ = nullptr;
  rest_timer_.cancel();
  if (dial_) dial_->cancel();
  if (handshake_) handshake_->cancel();
  if (login_) login_->cancel();
  if (connection_) connection_->close();
  dial_.reset();
  handshake_.reset();
  login_.reset();
  connection_.reset();
}

}  // namespace paddock::net
