#include "server/net/client_server.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <unordered_map>

#include "server/net/connection.h"
#include "server/net/listener.h"
#include "server/net/peer_text.h"

namespace paddock::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

}  // namespace

struct ClientServer::Impl : ConnectionOwner, std::enable_shared_from_this<Impl> {
  Impl(asio::io_context& io, const ClientServerOptions& options, ClientHandler& handler)
      : io_(io),
        options_(options),
        handler_(handler),
        listener_(io),
        sessionless_timer_(io),
        scratch_(options.max_frame) {}

  // --- ConnectionOwner
  const ClientServerOptions& options() const override { return options_; }
  ClientHandler& handler() override { return handler_; }
  jute::FrameSplitter& scratch() override { return scratch_; }
  ClientServerCounters& counters() override { return counters_; }
  void schedule_batch() override;
  void park(std::shared_ptr<Connection> connection) override { parked_.push_back(std::move(connection)); }
  void may_resume() override;
  void close_after_batch(std::shared_ptr<Connection> connection) override {
    dropping_.push_back(std::move(connection));
  }
  void closing_slowly(ConnectionId connection) override { expect_end(connection); }
  void left(const Connection& connection) override;

  Status listen();
  void admit(tcp::socket socket);
  void expect_end(ConnectionId connection);
  void arm_sessionless_timer();
  void expire_sessionless();
  void end_batch();
  void resume_parked();
  void shut();

  asio::io_context& io_;
  const ClientServerOptions options_;
  ClientHandler& handler_;
  Listener listener_;
  asio::steady_timer sessionless_timer_;
  bool sessionless_armed_ = false;
  bool shut_ = false;
  bool batch_scheduled_ = false;
  uint64_t last_id_ = 0;
  jute::FrameSplitter scratch_;
  ClientServerCounters counters_;
  std::unordered_map<ConnectionId, std::shared_ptr<Connection>> connections_;
  std::unordered_map<std::string, int32_t> per_address_;
  std::vector<std::shared_ptr<Connection>> parked_;
  std::vector<std::shared_ptr<Connection>> dropping_;
  std::vector<ConnectionId> left_;  // not yet told to the handler
  // Connections in the order in which they must have a session or be gone. One timer looks at the first.
  std::deque<std::pair<Clock::time_point, ConnectionId>> sessionless_;
};

// --- Listening and admission

Status ClientServer::Impl::listen() {
  const auto on_socket = [this](tcp::socket socket) { admit(std::move(socket)); };
  if (options_.address.empty()) {
    return listener_.open_any(static_cast<uint16_t>(options_.port), options_.backlog, on_socket);
  }
  const auto endpoint = resolve_local(io_, options_.address, options_.port);
  if (!endpoint) return make_fault("clientPortAddress {}", endpoint.fault().message);
  return listener_.open(*endpoint, options_.backlog, on_socket);
}

void ClientServer::Impl::admit(tcp::socket socket) {
  error_code error;
  const tcp::endpoint peer = socket.remote_endpoint(error);
  if (error) return;  // gone before we looked
  std::string address = address_text(peer.address());
  const auto known = per_address_.find(address);
  const int32_t here = known == per_address_.end() ? 0 : known->second;
  const bool too_many_here = options_.max_per_address > 0 && here >= options_.max_per_address;
  const bool too_many =
      options_.max_total > 0 && connections_.size() >= static_cast<size_t>(options_.max_total);
  if (too_many_here || too_many) {
    ++counters_.rejected;
    return;
  }
  socket.non_blocking(true, error);
  socket.set_option(tcp::no_delay(true), error);
  if (options_.keep_alive) socket.set_option(asio::socket_base::keep_alive(true), error);

  const ConnectionId id{++last_id_};
  ++per_address_[address];
  auto connection =
      std::make_shared<Connection>(std::move(socket), id, std::move(address), endpoint_text(peer), *this);
  connections_.emplace(id, connection);
  expect_end(id);
  handler_.on_connect(id, connection->address());
  schedule_batch();
  connection->start();
}

void ClientServer::Impl::expect_end(ConnectionId connection) {
  if (options_.sessionless_timeout_ms <= 0) return;
  sessionless_.emplace_back(Clock::now() + std::chrono::milliseconds(options_.sessionless_timeout_ms),
                            connection);
  arm_sessionless_timer();
}

// The timer fires for the oldest connection and then rests for a twentieth of the timeout, so a crowd of
// connections costs a few looks, not a timer each.
void ClientServer::Impl::arm_sessionless_timer() {
  if (sessionless_armed_ || sessionless_.empty()) return;
  sessionless_armed_ = true;
  const auto rest = std::chrono::milliseconds(options_.sessionless_timeout_ms / 20 + 1);
  sessionless_timer_.expires_at(std::max(sessionless_.front().first, Clock::now() + rest));
  sessionless_timer_.async_wait([self = shared_from_this()](const error_code& error) {
    self->sessionless_armed_ = false;
    if (error || self->shut_) return;
    self->expire_sessionless();
    self->arm_sessionless_timer();
  });
}

void ClientServer::Impl::expire_sessionless() {
  const auto now = Clock::now();
  while (!sessionless_.empty() && sessionless_.front().first <= now) {
    const auto found = connections_.find(sessionless_.front().second);
    sessionless_.pop_front();
    if (found == connections_.end() || found->second->has_session()) continue;
    ++counters_.sessionless_expired;
    const auto connection = found->second;
    connection->leave();
  }
}

// --- Batches

// Posted behind everything that is ready now: the handlers of one look at the sockets make one batch.
void ClientServer::Impl::schedule_batch() {
  if (batch_scheduled_) return;
  batch_scheduled_ = true;
  asio::post(io_, [self = shared_from_this()] {
    if (!self->shut_) self->end_batch();
  });
}

void ClientServer::Impl::end_batch() {
  resume_parked();
  for (const ConnectionId id : std::exchange(left_, {})) handler_.on_disconnect(id);
  batch_scheduled_ = false;
  handler_.on_batch_end();
  for (const auto& connection : std::exchange(dropping_, {})) connection->close_after_flush();
}

void ClientServer::Impl::resume_parked() {
  if (parked_.empty()) return;
  for (auto& connection : std::exchange(parked_, {})) {
    if (connection->wants_to_resume()) {
      connection->resume();
    } else {
      parked_.push_back(std::move(connection));
    }
  }
}

// Only if it changes anything: a batch ends with this question, and must not cause the next one by it.
void ClientServer::Impl::may_resume() {
  const auto ready = [](const auto& connection) { return connection->wants_to_resume(); };
  if (std::any_of(parked_.begin(), parked_.end(), ready)) schedule_batch();
}

void ClientServer::Impl::left(const Connection& connection) {
  const auto count = per_address_.find(connection.address());
  if (--count->second == 0) per_address_.erase(count);
  left_.push_back(connection.id());
  connections_.erase(connection.id());
  schedule_batch();
}

// Pending operations hold their objects for a moment longer; none of them does anything any more.
void ClientServer::Impl::shut() {
  shut_ = true;
  listener_.close();
  sessionless_timer_.cancel();
  parked_.clear();
  dropping_.clear();
  for (const auto& [id, connection] : std::exchange(connections_, {})) connection->finish();
}

// --- The public face

ClientServer::ClientServer(asio::io_context& io, const ClientServerOptions& options, ClientHandler& handler)
    : impl_(std::make_shared<Impl>(io, options, handler)) {}

ClientServer::~ClientServer() {
  impl_->shut();
}

Status ClientServer::listen() {
  return impl_->listen();
}

uint16_t ClientServer::port() const {
  return impl_->listener_.port();
}

void ClientServer::send(ConnectionId connection, std::string bytes, bool close) {
  const auto found = impl_->connections_.find(connection);
  if (found == impl_->connections_.end()) return;
  const auto keep = found->second;  // it may leave meanwhile
  keep->send(std::move(bytes), close);
}

void ClientServer::close(ConnectionId connection) {
  const auto found = impl_->connections_.find(connection);
  if (found == impl_->connections_.end()) return;
  const auto keep = found->second;
  keep->leave();
}

void ClientServer::stop_accepting() {
  impl_->listener_.close();
}

void ClientServer::resume_throttled() {
  impl_->may_resume();
}

std::vector<ConnectionInfo> ClientServer::connections() const {
  std::vector<ConnectionInfo> list;
  list.reserve(impl_->connections_.size());
  for (const auto& [id, connection] : impl_->connections_) list.push_back(connection->info());
  std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return list;
}

size_t ClientServer::size() const {
  return impl_->connections_.size();
}

size_t ClientServer::output_bytes() const {
  size_t bytes = 0;
  for (const auto& [id, connection] : impl_->connections_) bytes += connection->output_bytes();
  return bytes;
}

ClientServerCounters ClientServer::counters() const {
  return impl_->counters_;
}

}  // namespace paddock::net
