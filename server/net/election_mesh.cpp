#include "server/net/election_mesh.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <charconv>
#include <chrono>
#include <limits>
#include <list>
#include <optional>

#include "server/net/election_greeting.h"
#include "server/net/election_peer.h"
#include "server/net/listener.h"
#include "server/net/peer_handshake.h"
#include "server/net/peer_login.h"
#include "server/net/peer_security.h"
#include "server/net/peer_text.h"
#include "server/net/remark_pace.h"

namespace paddock::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kResolveAgain = std::chrono::seconds(1);
// What an observer without an id says; it gets one that nobody has.
constexpr ServerId kNobody{std::numeric_limits<int64_t>::max()};

std::string hello_of(const ElectionMeshOptions& options) {
  const std::string address = options.own.empty() ? "" : text_of(options.own.front());
  return quorum::encode_hello({options.self, address});
}

// The address of a hello: host:port, of which a wildcard is nowhere.
std::optional<PeerAddress> usable(std::string_view text) {
  text = text.substr(0, text.find('|'));
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view digits = text.substr(colon + 1);
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  PeerAddress address{std::string(host), 0};
  const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  if (wrong != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  if (address.port < 1 || address.port > 65535 || host.empty()) return std::nullopt;
  error_code no_number;
  const auto number = asio::ip::make_address(address.host, no_number);
  if (!no_number && number.is_unspecified()) return std::nullopt;
  return address;
}

}  // namespace

struct ElectionMesh::Impl : ElectionPeerOwner, std::enable_shared_from_this<Impl> {
  Impl(asio::io_context& io, const ElectionMeshOptions& options, ElectionHandler& handler)
      : io_(io),
        options_(options),
        handler_(handler),
        hello_(hello_of(options)),
        resolver_(io),
        resolve_timer_(io) {}

  // --- ElectionPeerOwner
  const ElectionMeshOptions& options() const override { return options_; }
  const std::string& hello() const override { return hello_; }
  void peer_message(ServerId peer, std::string_view body) override;
  void peer_up(ServerId peer) override;
  void peer_down(ServerId peer) override;
  void peer_unreachable(ServerId peer, const std::string& why) override;

  Status listen();
  Status listen_on(const std::optional<tcp::endpoint>& endpoint, const PeerAddress& address);
  void listen_later(const PeerAddress& address);
  void listen_when_resolved(const PeerAddress& address);
  void accept(tcp::socket socket);
  void secure(const std::string& remote, Stream stream);
  void greet(const std::string& remote, Stream stream);
  void greeted(const std::string& remote, Result<quorum::ElectionHello> hello, Stream stream,
               std::string_view behind);
  void log_in(const std::string& remote, const quorum::ElectionHello& hello, Stream stream,
              std::string_view behind);
  void welcome(const quorum::ElectionHello& hello, Stream stream, std::string_view behind);
  void dropped(const std::string& remote, const Fault& why);
  std::shared_ptr<ElectionPeer> peer(ServerId id);
  bool make_room_for_a_stranger();
  void set_peers(const std::map<ServerId, std::vector<PeerAddress>>& peers);
  void remark(const std::string& text);
  void schedule_batch();
  void shut();

  asio::io_context& io_;
  ElectionMeshOptions options_;  // the own addresses move
  ElectionHandler& handler_;
  std::string hello_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  tcp::resolver resolver_;
  asio::steady_timer resolve_timer_;
  std::list<std::shared_ptr<PeerHandshake>> handshakes_;    // the oldest first
  std::list<std::shared_ptr<ElectionGreeting>> greetings_;  // likewise
  std::list<std::shared_ptr<PeerLogin>> logins_;            // likewise
  std::map<ServerId, std::shared_ptr<ElectionPeer>> peers_;
  std::map<ServerId, std::vector<PeerAddress>> configured_;
  std::map<ServerId, std::string> told_;  // the last remark about a peer
  RemarkPace pace_;                       // of what strangers cause
  int64_t next_nobody_ = -1;
  bool batch_scheduled_ = false;
  bool shut_ = false;
};

// --- Listening

Status ElectionMesh::Impl::listen() {
  for (const PeerAddress& address : options_.own) {
    Status listening = ok_status();
    if (options_.listen_on_all) {
      listening = listen_on(std::nullopt, address);
    } else if (auto endpoint = resolve_local(io_, address.host, address.port)) {
      listening = listen_on(*endpoint, address);
    } else {
      handler_.on_election_remark(fmt::format("own election address: {}", endpoint.fault().message));
      listen_later(address);
    }
    if (!listening) return listening;
  }
  return ok_status();
}

// Nothing instead of an endpoint: everywhere.
Status ElectionMesh::Impl::listen_on(const std::optional<tcp::endpoint>& endpoint,
                                     const PeerAddress& address) {
  const auto on_socket = [this](tcp::socket socket) { accept(std::move(socket)); };
  auto listener = std::make_unique<Listener>(io_);
  auto opened = endpoint ? listener->open(*endpoint, 0, on_socket)
                         : listener->open_any(static_cast<uint16_t>(address.port), 0, on_socket);
  if (!opened) return make_fault("election port: {}", opened.fault().message);
  listeners_.push_back(std::move(listener));
  return ok_status();
}

void ElectionMesh::Impl::listen_later(const PeerAddress& address) {
  resolve_timer_.expires_after(kResolveAgain);
  resolve_timer_.async_wait([self = shared_from_this(), address](const error_code& stopped) {
    if (!stopped && !self->shut_) self->listen_when_resolved(address);
  });
}

void ElectionMesh::Impl::listen_when_resolved(const PeerAddress& address) {
  resolver_.async_resolve(address.host, std::to_string(address.port),
                          [self = shared_from_this(), address](const error_code& error, const auto& found) {
                            if (self->shut_) return;
                            if (error) return self->listen_later(address);
                            auto listening = self->listen_on(found.begin()->endpoint(), address);
                            if (listening) return;
                            self->remark(listening.fault().message);
                            self->listen_later(address);
                          });
}

// --- Greetings

void ElectionMesh::Impl::accept(tcp::socket socket) {
  error_code error;
  const std::string remote = endpoint_text(socket.remote_endpoint(error));
  if (error) return;
  socket.non_blocking(true, error);
  socket.set_option(tcp::no_delay(true), error);
  if (options_.keep_alive) socket.set_option(asio::socket_base::keep_alive(true), error);
  if (options_.security) return secure(remote, Stream(std::move(socket)));
  greet(remote, Stream(std::move(socket)));
}

void ElectionMesh::Impl::secure(const std::string& remote, Stream stream) {
  if (handshakes_.size() >= options_.max_half_open) {
    handshakes_.front()->cancel();
    handshakes_.pop_front();
  }
  const auto handshake = std::make_shared<PeerHandshake>(std::move(stream), options_.security);
  handshakes_.push_back(handshake);
  const std::weak_ptr<PeerHandshake> weak = handshake;
  handshake->start_accepted([this, weak, remote](Status status, Stream secured) {
    handshakes_.remove(weak.lock());
    if (status) return greet(remote, std::move(secured));
    dropped(remote, status.fault());
  });
}

void ElectionMesh::Impl::greet(const std::string& remote, Stream stream) {
  // A server's hello comes with its first packet, so whoever has waited longest is the least likely to be
  // one.
  if (greetings_.size() >= options_.max_half_open) {
    greetings_.front()->close();
    greetings_.pop_front();
  }
  const auto greeting = std::make_shared<ElectionGreeting>(std::move(stream));
  greetings_.push_back(greeting);
  const std::weak_ptr<ElectionGreeting> weak = greeting;
  greeting->start(options_.hello_timeout_ms,
                  [this, weak, remote](auto hello, Stream known, std::string_view behind) {
                    greetings_.remove(weak.lock());
                    greeted(remote, std::move(hello), std::move(known), behind);
                  });
}

void ElectionMesh::Impl::greeted(const std::string& remote, Result<quorum::ElectionHello> hello,
                                 Stream stream, std::string_view behind) {
  if (!hello) return dropped(remote, hello.fault());
  if (stream.tls() != nullptr) {
    const auto verified = options_.security->verify_caller(hello->server, PeerProof::of(stream));
    if (!verified) {
      stream.end_gently();  // what it reads is that we have hung up, not that the network broke
      return dropped(remote, verified.fault());
    }
  }
  if (options_.logins) return log_in(remote, *hello, std::move(stream), behind);
  welcome(*hello, std::move(stream), behind);
}

void ElectionMesh::Impl::log_in(const std::string& remote, const quorum::ElectionHello& hello, Stream stream,
                                std::string_view behind) {
  if (logins_.size() >= options_.max_half_open) {
    logins_.front()->cancel();
    logins_.pop_front();
  }
  const auto login = std::make_shared<PeerLogin>(std::move(stream), options_.logins);
  logins_.push_back(login);
  const std::weak_ptr<PeerLogin> weak = login;
  login->start_accepted(behind, [this, weak, remote, hello](Result<LoggedIn> result) {
    logins_.remove(weak.lock());
    if (result) return welcome(hello, std::move(result->stream), result->behind);
    dropped(remote, result.fault());
  });
}

void ElectionMesh::Impl::welcome(const quorum::ElectionHello& hello, Stream stream, std::string_view behind) {
  const ServerId id = hello.server == kNobody ? ServerId{next_nobody_--} : hello.server;
  if (id == options_.self) {
    return remark(fmt::format("another server says that it is server {}, too", id.value));
  }
  const auto from = peer(id);
  if (!from) return;
  const auto address = usable(hello.address);
  // A smaller id has hung up and waits to be called, unless nobody could know where.
  const bool calls_back = id < options_.self && (from->has_addresses() || address);
  if (!calls_back) from->adopt(std::move(stream), behind);
  if (address && !configured_.contains(id)) from->set_addresses({*address});
  if (calls_back) from->call_back();
}

void ElectionMesh::Impl::dropped(const std::string& remote, const Fault& why) {
  remark(fmt::format("dropped the connection of {}: {}", remote, why.message));
}

// --- Peers

// Null if there are too many strangers.
std::shared_ptr<ElectionPeer> ElectionMesh::Impl::peer(ServerId id) {
  const auto found = peers_.find(id);
  if (found != peers_.end()) return found->second;
  const auto known = configured_.find(id);
  if (known == configured_.end() && !make_room_for_a_stranger()) return nullptr;
  const auto made = std::make_shared<ElectionPeer>(io_, id, *this);
  if (known != configured_.end()) made->set_addresses(known->second);
  return peers_.emplace(id, made).first->second;
}

bool ElectionMesh::Impl::make_room_for_a_stranger() {
  const auto is_stranger = [&](const auto& entry) { return !configured_.contains(entry.first); };
  if (static_cast<size_t>(std::count_if(peers_.begin(), peers_.end(), is_stranger)) < options_.max_strangers)
    return true;
  const auto idle = std::find_if(peers_.begin(), peers_.end(), [&](const auto& entry) {
    return is_stranger(entry) && entry.second->is_idle();
  });
  if (idle == peers_.end()) return false;
  idle->second->leave();
  told_.erase(idle->first);
  peers_.erase(idle);
  return true;
}

void ElectionMesh::Impl::set_peers(const std::map<ServerId, std::vector<PeerAddress>>& peers) {
  configured_ = peers;
  configured_.erase(options_.self);
  for (const auto& [id, known] : peers_) {
    const auto found = configured_.find(id);
    if (found != configured_.end()) known->set_addresses(found->second);
  }
}

void ElectionMesh::Impl::peer_message(ServerId peer, std::string_view body) {
  const auto message = quorum::decode_notification(body);
  if (!message) {
    return remark(fmt::format("left out a message of server {}: {}", peer.value, message.fault().message));
  }
  schedule_batch();
  handler_.on_notification(peer, *message);
}

void ElectionMesh::Impl::peer_up(ServerId peer) {
  told_.erase(peer);
  schedule_batch();
  handler_.on_peer_up(peer);
}

void ElectionMesh::Impl::peer_down(ServerId peer) {
  schedule_batch();
  handler_.on_peer_down(peer);
}

void ElectionMesh::Impl::peer_unreachable(ServerId peer, const std::string& why) {
  if (std::exchange(told_[peer], why) == why) return;
  handler_.on_election_remark(fmt::format("server {} cannot be reached: {}", peer.value, why));
}

// Whoever reaches the port can cause one.
void ElectionMesh::Impl::remark(const std::string& text) {
  if (pace_.allows()) handler_.on_election_remark(text);
}

// --- Batches and the end

void ElectionMesh::Impl::schedule_batch() {
  if (batch_scheduled_) return;
  batch_scheduled_ = true;
  asio::post(io_, [self = shared_from_this()] {
    self->batch_scheduled_ = false;
    if (!self->shut_) self->handler_.on_batch_end();
  });
}

void ElectionMesh::Impl::shut() {
  shut_ = true;
  listeners_.clear();
  resolver_.cancel();
  resolve_timer_.cancel();
  for (const auto& handshake : std::exchange(handshakes_, {})) handshake->cancel();
  for (const auto& greeting : std::exchange(greetings_, {})) greeting->close();
  for (const auto& login : std::exchange(logins_, {})) login->cancel();
  for (const auto& [id, peer] : std::exchange(peers_, {})) peer->leave();
}

// --- The public face

ElectionMesh::ElectionMesh(asio::io_context& io, const ElectionMeshOptions& options, ElectionHandler& handler)
    : impl_(std::make_shared<Impl>(io, options, handler)) {}

ElectionMesh::~ElectionMesh() {
  impl_->shut();
}

Status ElectionMesh::listen() {
  return impl_->listen();
}

Status ElectionMesh::move(const std::vector<PeerAddress>& own) {
  impl_->options_.own = own;
  impl_->hello_ = hello_of(impl_->options_);
  impl_->resolve_timer_.cancel();
  impl_->resolver_.cancel();
  impl_->listeners_.clear();
  return impl_->listen();
}

uint16_t ElectionMesh::port() const {
  return impl_->listeners_.empty() ? uint16_t{0} : impl_->listeners_.front()->port();
}

void ElectionMesh::set_peers(const std::map<ServerId, std::vector<PeerAddress>>& peers) {
  impl_->set_peers(peers);
}

void ElectionMesh::send(ServerId to, const quorum::Notification& message) {
  PADDOCK_CHECK(to != impl_->options_.self, "a message of server {} to itself in the election mesh",
                to.value);
  const auto peer = impl_->peer(to);
  if (peer) peer->send(quorum::encode_notification(message));
}

}  // namespace paddock::net
