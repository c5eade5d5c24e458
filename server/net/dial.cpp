#include "server/net/dial.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <chrono>

namespace paddock::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// A port of the ephemeral range where nobody listens may be given to the very socket that dials it: TCP then
// connects it to itself.
bool is_own_end(const tcp::socket& socket) {
  error_code here;
  error_code there;
  return socket.local_endpoint(here) == socket.remote_endpoint(there) && !here && !there;
}

}  // namespace

struct Dial::Way {
  explicit Way(asio::io_context& io) : resolver(io), socket(io) {}
  tcp::resolver resolver;
  tcp::socket socket;
};

std::shared_ptr<Dial> Dial::start(asio::io_context& io, const std::vector<PeerAddress>& addresses,
                                  int64_t timeout_ms, Done done) {
  auto dial = std::make_shared<Dial>(io, std::move(done));
  dial->begin(addresses, timeout_ms);
  return dial;
}

Dial::Dial(asio::io_context& io, Done done) : io_(io), done_(std::move(done)), deadline_(io) {}

void Dial::begin(const std::vector<PeerAddress>& addresses, int64_t timeout_ms) {
  if (addresses.empty()) {
    asio::post(io_, [self = shared_from_this()] {
      self->finish(asio::error::host_not_found, tcp::socket(self->io_));
    });
    return;
  }
  deadline_.expires_after(std::chrono::milliseconds(timeout_ms));
  deadline_.async_wait([self = shared_from_this()](const error_code& stopped) {
    if (!stopped) self->finish(asio::error::timed_out, tcp::socket(self->io_));
  });
  open_ways_ = addresses.size();
  for (const PeerAddress& address : addresses) {
    resolve(*ways_.emplace_back(std::make_unique<Way>(io_)), address);
  }
}

// A number needs no resolver, whose thread may be busy with a name that nobody answers for.
void Dial::resolve(Way& way, const PeerAddress& address) {
  const std::string port = std::to_string(address.port);
  error_code not_a_number;
  const auto number = asio::ip::make_address(address.host, not_a_number);
  if (!not_a_number) {
    const tcp::endpoint endpoint(number, static_cast<uint16_t>(address.port));
    return connect(way, tcp::resolver::results_type::create(endpoint, address.host, port));
  }
  way.resolver.async_resolve(
      address.host, port, [self = shared_from_this(), &way](const error_code& error, const auto& endpoints) {
        if (!self->done_) return;
        if (error) return self->failed(error);
        self->connect(way, endpoints);
      });
}

void Dial::connect(Way& way, const tcp::resolver::results_type& endpoints) {
  asio::async_connect(way.socket, endpoints,
                      [self = shared_from_this(), &way](const error_code& error, const tcp::endpoint&) {
                        if (!self->done_) return;
                        if (error) return self->failed(error);
                        if (is_own_end(way.socket)) return self->failed(asio::error::connection_refused);
                        self->finish({}, std::move(way.socket));
                      });
}

void Dial::failed(const error_code& error) {
  if (!reason_ || reason_ == asio::error::connection_refused) reason_ = error;
  if (--open_ways_ == 0) finish(reason_, tcp::socket(io_));
}

void Dial::finish(const error_code& error, tcp::socket socket) {
  const Done done = std::exchange(done_, nullptr);
  if (!done) return;
  cancel();
  error_code ignored;
  if (!error) {
    socket.non_blocking(true, ignored);
    socket.set_option(tcp::no_delay(true), ignored);
  }
  done(error, std::move(socket));
}

void Dial::cancel() {
  done_ = nullptr;
  deadline_.cancel();
  for (const auto& way : ways_) {
    error_code ignored;
    way->resolver.cancel();
    way->socket.close(ignored);
  }
}

}  // namespace paddock::net
