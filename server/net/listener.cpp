#include "server/net/listener.h"

#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <chrono>

#include "server/net/peer_text.h"

namespace paddock::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kAcceptPause = std::chrono::milliseconds(100);

bool out_of_descriptors(const error_code& error) {
  return error == asio::error::no_descriptors || error == asio::error::no_buffer_space ||
         error == asio::error::no_memory || error.value() == ENFILE;
}

}  // namespace

struct Listener::State : std::enable_shared_from_this<State> {
  explicit State(asio::io_context& io) : acceptor(io), pause(io) {}

  Status open(const tcp::endpoint& endpoint, int backlog);
  void accept();
  void accept_later();
  void close();

  tcp::acceptor acceptor;
  asio::steady_timer pause;
  OnSocket on_socket;
};

Status Listener::State::open(const tcp::endpoint& endpoint, int backlog) {
  error_code error;
  const auto step = [&](auto&& call) {
    if (!error) call();
  };
  step([&] { acceptor.open(endpoint.protocol(), error); });
  step([&] { acceptor.set_option(tcp::acceptor::reuse_address(true), error); });
  if (endpoint.address().is_v6()) step([&] { acceptor.set_option(asio::ip::v6_only(false), error); });
  step([&] { acceptor.bind(endpoint, error); });
  step([&] { acceptor.listen(backlog > 0 ? backlog : asio::socket_base::max_listen_connections, error); });
  if (!error) return ok_status();
  close();
  return make_fault("cannot listen on {}: {}", endpoint_text(endpoint).substr(1), error.message());
}

void Listener::State::accept() {
  acceptor.async_accept([self = shared_from_this()](const error_code& error, tcp::socket socket) {
    if (!self->acceptor.is_open()) return;
    if (out_of_descriptors(error)) return self->accept_later();
    if (!error) self->on_socket(std::move(socket));
    if (self->acceptor.is_open()) self->accept();
  });
}

void Listener::State::accept_later() {
  pause.expires_after(kAcceptPause);
  pause.async_wait([self = shared_from_this()](const error_code& stopped) {
    if (!stopped && self->acceptor.is_open()) self->accept();
  });
}

void Listener::State::close() {
  error_code ignored;
  acceptor.close(ignored);
  pause.cancel();
}

Listener::Listener(asio::io_context& io) : state_(std::make_shared<State>(io)) {}

Listener::~Listener() {
  close();
}

Status Listener::open(const tcp::endpoint& endpoint, int backlog, OnSocket on_socket) {
  close();
  if (auto opened = state_->open(endpoint, backlog); !opened) return opened;
  state_->on_socket = std::move(on_socket);
  state_->accept();
  return ok_status();
}

Status Listener::open_any(uint16_t port, int backlog, const OnSocket& on_socket) {
  if (open(tcp::endpoint(tcp::v6(), port), backlog, on_socket)) return ok_status();
  return open(tcp::endpoint(tcp::v4(), port), backlog, on_socket);
}

// What was pending belongs to the old state, and must not meet an acceptor that was opened again.
void Listener::close() {
  if (!state_->acceptor.is_open()) return;
  auto& io = static_cast<asio::io_context&>(state_->acceptor.get_executor().context());
  state_->close();
  state_ = std::make_shared<State>(io);
}

bool Listener::is_open() const {
  return state_->acceptor.is_open();
}

uint16_t Listener::port() const {
  error_code error;
  return state_->acceptor.local_endpoint(error).port();
}

Result<tcp::endpoint> resolve_local(asio::io_context& io, const std::string& host, int32_t port) {
  const auto number = static_cast<uint16_t>(port);
  error_code error;
  const auto address = asio::ip::make_address(host, error);
  if (!error) return tcp::endpoint(address, number);
  const auto found = tcp::resolver(io).resolve(host, std::to_string(port), error);
  if (error || found.empty()) return make_fault("{} cannot be resolved: {}", host, error.message());
  return found.begin()->endpoint();
}

}  // namespace paddock::net
