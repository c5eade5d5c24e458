#include "server/net/client_server.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "server/net/address_pace.h"
#include "server/net/connection.h"
#include "server/net/deadline_queue.h"
#include "server/net/frame_limit.h"
#include "server/net/listener.h"
#include "server/net/peer_text.h"
#include "server/net/remark_pace.h"
#include "server/net/request_glimpse.h"

namespace paddock::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// A length may come alone; what it is the length of comes right behind it.
constexpr int64_t kTypeTimeoutMs = 200;

}  // namespace

struct ClientServer::Impl : ConnectionOwner, std::enable_shared_from_this<Impl> {
  Impl(asio::io_context& io, const ClientServerOptions& options, ClientHandler& handler)
      : io_(io),
        options_(options),
        handler_(handler),
        listener_(io),
        secure_listener_(io),
        sessionless_(std::make_shared<DeadlineQueue>(io, options.sessionless_timeout_ms,
                                                     [this](ConnectionId id) { expire_sessionless(id); })),
        unsecured_(std::make_shared<DeadlineQueue>(io, options.handshake_timeout_ms,
                                                   [this](ConnectionId id) { expire_handshake(id); })),
        undecided_(std::make_shared<DeadlineQueue>(io, kTypeTimeoutMs,
                                                   [this](ConnectionId id) { expire_undecided(id); })),
        address_pace_(options.max_connects_per_second),
        shares_(std::chrono::microseconds(options.work_quantum_us)),
        scratch_(FrameLimit(options.max_frame).widest()) {}

  // --- ConnectionOwner
  const ClientServerOptions& options() const override { return options_; }
  ClientHandler& handler() override { return handler_; }
  jute::FrameSplitter& scratch() override { return scratch_; }
  ClientServerCounters& counters() override { return counters_; }
  const WorkShares& shares() const override { return shares_; }
  void schedule_batch() override;
  void park(std::shared_ptr<Connection> connection) override { parked_.push_back(std::move(connection)); }
  void may_resume() override;
  void close_after_batch(std::shared_ptr<Connection> connection) override {
    dropping_.push_back(std::move(connection));
  }
  void closing_slowly(ConnectionId connection) override { sessionless_->add(connection); }
  bool handshake_begins(const Connection& connection) override;
  void handshake_done(const Connection& connection) override { handshakes_.erase(connection.id()); }
  void handshake_failed(const Connection& connection, std::string_view why) override;
  const TlsContext& tls() override { return tls_->current(); }
  Revocations* revocations() override { return tls_->revocations(); }
  void frame_refused(const Connection& connection, int32_t length, std::string_view begun) override;
  void large_frame_refused(const Connection& connection, int32_t length, std::string_view begun) override;
  void await_type(ConnectionId connection) override { undecided_->add(connection); }
  void left(const Connection& connection) override;

  Status listen();
  Status open(Listener& listener, const char* setting, const std::string& address, int32_t port,
              Connection::Language language);
  Status open_plain();
  Status move(const std::string& address, int32_t port);
  void admit(tcp::socket socket, Connection::Language language);
  void expire_sessionless(ConnectionId id);
  void expire_handshake(ConnectionId id);
  void expire_undecided(ConnectionId id);
  void remark(std::string_view text);
  void end_batch();
  void resume_parked();
  void shut();

  asio::io_context& io_;
  ClientServerOptions options_;  // the address moves
  ClientHandler& handler_;
  Listener listener_;
  Listener secure_listener_;
  std::shared_ptr<TlsContexts> tls_;
  const std::shared_ptr<DeadlineQueue> sessionless_;
  const std::shared_ptr<DeadlineQueue> unsecured_;
  const std::shared_ptr<DeadlineQueue> undecided_;
  std::unordered_set<ConnectionId> handshakes_;
  RemarkPace pace_;
  AddressPace address_pace_;
  bool shut_ = false;
  bool batch_scheduled_ = false;
  uint64_t last_id_ = 0;
  WorkShares shares_;
  jute::FrameSplitter scratch_;
  ClientServerCounters counters_;
  std::unordered_map<ConnectionId, std::shared_ptr<Connection>> connections_;
  struct Address {
    int32_t connections = 0;
    std::shared_ptr<WorkShare> share = std::make_shared<WorkShare>();
  };
  std::unordered_map<std::string, Address> per_address_;
  std::vector<std::shared_ptr<Connection>> parked_;
  std::vector<std::shared_ptr<Connection>> dropping_;
  std::vector<ConnectionId> left_;  // not yet told to the handler
};

// --- Listening and admission

Status ClientServer::Impl::listen() {
  if (options_.tls) {
    tls_ = std::make_shared<TlsContexts>(io_, *options_.tls,
                                         [this](std::string_view text) { handler_.on_client_remark(text); });
    if (auto opened = tls_->open(); !opened) return opened;
  }
  if (auto opened = open_plain(); !opened) return opened;
  return open(secure_listener_, "secureClientPortAddress", options_.secure_address, options_.secure_port,
              Connection::Language::tls);
}

Status ClientServer::Impl::open_plain() {
  using Language = Connection::Language;
  return open(listener_, "clientPortAddress", options_.address, options_.port,
              options_.unified ? Language::either : Language::plain);
}

Status ClientServer::Impl::open(Listener& listener, const char* setting, const std::string& address,
                                int32_t port, Connection::Language language) {
  if (port < 0) return ok_status();
  PADDOCK_CHECK(language == Connection::Language::plain || tls_,
                "port {} is for TLS, of which nothing is known", port);
  const auto on_socket = [this, language](tcp::socket socket) { admit(std::move(socket), language); };
  if (address.empty()) return listener.open_any(static_cast<uint16_t>(port), options_.backlog, on_socket);
  const auto endpoint = resolve_local(io_, address, port);
  if (!endpoint) return make_fault("{} {}", setting, endpoint.fault().message);
  return listener.open(*endpoint, options_.backlog, on_socket);
}

Status ClientServer::Impl::move(const std::string& address, int32_t port) {
  const std::string old_address = std::exchange(options_.address, address);
  const int32_t old_port = std::exchange(options_.port, port);
  // Both may be the same port.
  listener_.close();
  const Status moved = open_plain();
  if (moved) return moved;
  options_.address = old_address;
  options_.port = old_port;
  if (auto back = open_plain(); !back)
    return make_fault("{}; nor {}", moved.fault().message, back.fault().message);
  return moved;
}

void ClientServer::Impl::admit(tcp::socket socket, Connection::Language language) {
  error_code error;
  const tcp::endpoint peer = socket.remote_endpoint(error);
  if (error) return;  // gone before we looked
  std::string address = address_text(peer.address());
  if (!address_pace_.admits(address, std::chrono::steady_clock::now())) {
    ++counters_.rejected;
    return;
  }
  const auto known = per_address_.find(address);
  const int32_t here = known == per_address_.end() ? 0 : known->second.connections;
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
  Address& peers = per_address_[address];
  ++peers.connections;
  auto connection = std::make_shared<Connection>(std::move(socket), id, std::move(address),
                                                 endpoint_text(peer), peers.share, language, *this);
  connections_.emplace(id, connection);
  sessionless_->add(id);
  handler_.on_connect(id, connection->address());
  schedule_batch();
  connection->start();
}

void ClientServer::Impl::expire_sessionless(ConnectionId id) {
  const auto found = connections_.find(id);
  if (found == connections_.end() || found->second->has_session()) return;
  ++counters_.sessionless_expired;
  const auto connection = found->second;
  connection->leave();
}

// --- TLS

bool ClientServer::Impl::handshake_begins(const Connection& connection) {
  if (options_.max_handshakes >= 0 && handshakes_.size() >= static_cast<size_t>(options_.max_handshakes)) {
    ++counters_.handshakes_exceeded;
    return false;
  }
  handshakes_.insert(connection.id());
  unsecured_->add(connection.id());
  return true;
}

void ClientServer::Impl::handshake_failed(const Connection& connection, std::string_view why) {
  ++counters_.handshakes_failed;
  remark(fmt::format("a handshake with {} failed: {}", connection.address(), why));
}

void ClientServer::Impl::frame_refused(const Connection& connection, int32_t length, std::string_view begun) {
  remark(fmt::format("{} sent {} with {} bytes; jute.maxbuffer allows {}, and its connection is closed",
                     connection.address(), glimpse_of(begun), length, options_.max_frame));
}

void ClientServer::Impl::large_frame_refused(const Connection& connection, int32_t length,
                                             std::string_view begun) {
  ++counters_.large_requests_rejected;
  remark(
      fmt::format("{} sent {} with {} bytes; largeRequestMaxBytes has no room for them now, and its "
                  "connection is closed",
                  connection.address(), glimpse_of(begun), length));
}

void ClientServer::Impl::expire_handshake(ConnectionId id) {
  const auto found = connections_.find(id);
  if (found == connections_.end() || !found->second->is_securing()) return;
  const auto connection = found->second;
  handshake_failed(*connection, "it took too long");
  connection->leave();
}

void ClientServer::Impl::expire_undecided(ConnectionId id) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  const auto connection = found->second;
  connection->refuse_undecided();
}

// Whoever fails on purpose does it often.
void ClientServer::Impl::remark(std::string_view text) {
  if (pace_.allows()) handler_.on_client_remark(text);
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
  shares_.next_round();
  resume_parked();
  for (const ConnectionId id : std::exchange(left_, {})) handler_.on_disconnect(id);
  batch_scheduled_ = false;
  handler_.on_batch_end();
  for (const auto& connection : std::exchange(dropping_, {})) connection->close_after_flush();
  const auto awaits = [](const auto& connection) { return connection->awaits_round(); };
  if (std::any_of(parked_.begin(), parked_.end(), awaits)) schedule_batch();
}

void ClientServer::Impl::resume_parked() {
  if (parked_.empty()) return;
  std::vector<std::shared_ptr<Connection>> still;
  for (auto& connection : std::exchange(parked_, {})) {
    if (connection->wants_to_resume()) {
      connection->resume();
    } else {
      still.push_back(std::move(connection));
    }
  }
  // Who had a turn and has more to do is behind those who had none.
  still.insert(still.end(), parked_.begin(), parked_.end());
  parked_ = std::move(still);
}

// Only if it changes anything: a batch ends with this question, and must not cause the next one by it.
void ClientServer::Impl::may_resume() {
  const auto ready = [](const auto& connection) {
    return connection->wants_to_resume() || connection->awaits_round();
  };
  if (std::any_of(parked_.begin(), parked_.end(), ready)) schedule_batch();
}

void ClientServer::Impl::left(const Connection& connection) {
  const auto count = per_address_.find(connection.address());
  if (--count->second.connections == 0) per_address_.erase(count);
  left_.push_back(connection.id());
  handshakes_.erase(connection.id());
  connections_.erase(connection.id());
  schedule_batch();
}

// Pending operations hold their objects for a moment longer; none of them does anything any more.
void ClientServer::Impl::shut() {
  shut_ = true;
  listener_.close();
  secure_listener_.close();
  sessionless_->close();
  unsecured_->close();
  undecided_->close();
  if (tls_) tls_->close();
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

Status ClientServer::move(const std::string& address, int32_t port) {
  return impl_->move(address, port);
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

uint16_t ClientServer::secure_port() const {
  return impl_->secure_listener_.port();
}

void ClientServer::stop_accepting() {
  impl_->listener_.close();
  impl_->secure_listener_.close();
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

size_t ClientServer::handshakes() const {
  return impl_->handshakes_.size();
}

void ClientServer::look_for_certificates() {
  if (impl_->tls_) impl_->tls_->look();
}

}  // namespace paddock::net
