// StreamTransport: a Transport over one of Asio's streams: TCP to a server by its name, which is resolved
// anew each time, each of its addresses tried; then what the stream needs before it carries bytes.
//
// Stream: a socket, or a layer above one; next_layer() or lowest_layer() is its socket.
#pragma once

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "client/transport.h"

namespace paddock::client {

template <class Stream>
class StreamTransport : public Transport, public std::enable_shared_from_this<StreamTransport<Stream>> {
 public:
  explicit StreamTransport(boost::asio::any_io_executor executor)
      : executor_(std::move(executor)), resolver_(executor_) {}

  void open(const HostPort& server, Listener listener) override {
    listener_ = std::make_shared<const Listener>(std::move(listener));
    stream_ = make_stream(executor_, server);
    Error not_numeric;
    const auto address = boost::asio::ip::make_address(server.host, not_numeric);
    if (!not_numeric) return connect({Tcp::endpoint(address, server.port)});
    resolver_.async_resolve(server.host, std::to_string(server.port),
                            step([this](Error err, const Tcp::resolver::results_type& results) {
                              if (err) return fail("cannot resolve the name: " + err.message());
                              connect(std::vector<Tcp::endpoint>(results.begin(), results.end()));
                            }));
  }

  void send(std::string bytes) override {
    // With its handler: a stream that was closed may be writing still.
    const auto writing = std::make_shared<const std::string>(std::move(bytes));
    boost::asio::async_write(*stream_, boost::asio::buffer(*writing),
                             step([this, writing](Error err, size_t) {
                               if (err) return fail(reason_of(err));
                               const auto listener = listener_;
                               listener->sent();
                             }));
  }

  void close() override {
    ++number_;
    listener_ = nullptr;
    Error ignored;
    if (stream_) stream_->lowest_layer().close(ignored);
    resolver_.cancel();
  }

 protected:
  using Tcp = boost::asio::ip::tcp;
  using Error = boost::system::error_code;
  using Ready = std::function<void(Error)>;

  virtual std::shared_ptr<Stream> make_stream(const boost::asio::any_io_executor& executor,
                                              const HostPort& server) = 0;
  // Its socket is connected: calls `ready`, at once or later, when bytes can be carried or never will be.
  virtual void prepare(Stream& stream, Ready ready) = 0;
  virtual std::string reason_of(Error err) const = 0;

 private:
  // A handler that is void once the connection is closed; until it is called, the stream is kept.
  template <class Handler>
  auto step(Handler handler) {
    return [self = this->shared_from_this(), stream = stream_, number = number_,
            handler = std::move(handler)](auto&&... results) {
      if (number == self->number_) handler(std::forward<decltype(results)>(results)...);
    };
  }

  void connect(const std::vector<Tcp::endpoint>& endpoints) {
    boost::asio::async_connect(stream_->lowest_layer(), endpoints,
                               step([this](Error err, const Tcp::endpoint&) {
                                 if (err) return fail(err.message());
                                 Error ignored;
                                 stream_->lowest_layer().set_option(Tcp::no_delay(true), ignored);
                                 prepare(*stream_, step([this](Error refused) { opened(refused); }));
                               }));
  }

  void opened(Error err) {
    if (err) return fail(reason_of(err));
    read();
    const auto listener = listener_;
    listener->opened();
  }

  void read() {
    stream_->async_read_some(boost::asio::buffer(input_),
                             step([this, number = number_](Error err, size_t size) {
                               if (err) return fail(reason_of(err));
                               const auto listener = listener_;  // it may close us
                               listener->received(std::string_view(input_.data(), size));
                               if (number == number_) read();
                             }));
  }

  void fail(const std::string& reason) {
    const auto listener = listener_;
    listener->failed(reason);
  }

  const boost::asio::any_io_executor executor_;
  // One connection. Completions carry its number and are void once it is closed.
  uint64_t number_ = 0;
  std::shared_ptr<const Listener> listener_;
  Tcp::resolver resolver_;
  std::shared_ptr<Stream> stream_;
  std::array<char, 64 << 10> input_;
};

}  // namespace paddock::client
