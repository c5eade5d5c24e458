#include "server/net/farewell.h"

#include <array>
#include <chrono>
#include <utility>

namespace paddock::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto kPatience = std::chrono::seconds(2);

}  // namespace

void Farewell::to(Stream stream) {
  std::make_shared<Farewell>(std::move(stream))->start();
}

Farewell::Farewell(Stream stream) : stream_(std::move(stream)), deadline_(stream_.get_executor()) {}

void Farewell::start() {
  error_code ignored;
  stream_.say_goodbye();
  stream_.socket().shutdown(asio::socket_base::shutdown_send, ignored);
  deadline_.expires_after(kPatience);
  deadline_.async_wait([weak = weak_from_this()](const error_code& stopped) {
    const auto self = weak.lock();
    if (!stopped && self) self->stream_.close();
  });
  listen();
}

// Straight from the socket: nobody wants to know what it says.
void Farewell::listen() {
  stream_.socket().async_wait(asio::socket_base::wait_read, [self = shared_from_this()](error_code error) {
    std::array<char, 4096> unread;
    if (!error) self->stream_.socket().read_some(asio::buffer(unread), error);
    if (!error || error == asio::error::would_block) return self->listen();
    self->deadline_.cancel();
    self->stream_.close();
  });
}

}  // namespace paddock::net
