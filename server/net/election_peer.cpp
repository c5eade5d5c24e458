#include "server/net/election_peer.h"

#include <netinet/tcp.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <chrono>

#include "server/net/election_mesh.h"

namespace paddock::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr int64_t kMinRestMs = 100;
constexpr int64_t kMaxRestMs = 3000;
constexpr auto kYoung = std::chrono::seconds(1);

// In one write: a Java server reads the address with a single call. The socket is new, so all of it fits.
bool say(tcp::socket& socket, const std::string& hello) {
  error_code error;
  return socket.write_some(asio::buffer(hello), error) == hello.size() && !error;
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
  const bool said = say(socket, owner_->hello());
  if (said && id_ < owner_->options().self) return adopt(std::move(socket), {});
  // The larger id calls back, now that it knows of us.
  error_code ignored;
  socket.shutdown(tcp::socket::shutdown_send, ignored);
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
  if (dial_ || (connection_ && Clock::now() - connected_at_ < kYoung)) return;
  if (connection_) connection_->close();
  connection_.reset();
  rest_timer_.cancel();
  resting_ = false;
  rest_ms_ = 0;
  if (waiting_.empty()) waiting_ = last_sent_;
  dial();
}

// --- The connection

void ElectionPeer::adopt(tcp::socket socket, std::string_view received) {
  if (connection_) connection_->close();
  rest_timer_.cancel();
  resting_ = false;
  rest_ms_ = 0;
  connected_at_ = Clock::now();
  give_up_after(socket, owner_->options().connect_timeout_ms);
  const auto self = weak_from_this();
  connection_ = std::make_shared<ElectionConnection>(
      std::move(socket), ElectionConnection::Listener{[self](std::string_view body) {
                                                        const auto peer = self.lock();
                                                        if (peer && peer->owner_)
                                                          peer->owner_->peer_message(peer->id_, body);
                                                      },
                                                      [self] {
                                                        if (const auto peer = self.lock())
                                                          peer->connection_lost();
                                                      }});
  owner_->peer_up(id_);
  if (waiting_.empty()) waiting_ = last_sent_;
  if (!waiting_.empty()) send(std::exchange(waiting_, {}));
  if (const auto connection = connection_) connection->start(received);
}

void ElectionPeer::connection_lost() {
  connection_.reset();
  if (owner_ == nullptr) return;
  owner_->peer_down(id_);
  want_connection();
}

void ElectionPeer::leave() {
  owner_ = nullptr;
  rest_timer_.cancel();
  if (dial_) dial_->cancel();
  if (connection_) connection_->close();
  dial_.reset();
  connection_.reset();
}

}  // namespace paddock::net
