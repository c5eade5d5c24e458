// A ClientServer on loopback with a handler that writes down what it hears, and clients with real sockets.
// All in one thread: whoever waits for something runs the loop until it has happened.
#pragma once

#include "server/net/client_server.h"

#include <fmt/core.h>
#include <algorithm>
#include <boost/asio.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "protocol/jute/endian.h"

namespace paddock::net {

inline std::string framed(std::string_view body) {
  std::string frame(4, '\0');
  jute::store_int(frame.data(), static_cast<int32_t>(body.size()));
  return frame += body;
}

class ServerFixture : public ClientHandler {
 public:
  using Tcp = boost::asio::ip::tcp;

  explicit ServerFixture(ClientServerOptions options = {}) {
    options.address = options.address.empty() ? "127.0.0.1" : options.address;
    options.port = 0;
    server.emplace(io, options, *this);
    auto listening = server->listen();
    if (!listening) FAIL(listening.fault().message);
  }

  // Runs the loop until `happened`, for at most 10 s.
  void until(const std::function<bool()>& happened) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!happened()) {
      if (std::chrono::steady_clock::now() > deadline) FAIL("waited for 10 s; log: " << log);
      io.run_one_for(std::chrono::milliseconds(5));
    }
  }
  // Runs the loop until nothing is ready any more.
  void settle() {
    while (io.poll() > 0) {
    }
  }

  Tcp::socket connect(const char* address = "127.0.0.1") {
    Tcp::socket socket(io);
    socket.connect(Tcp::endpoint(boost::asio::ip::make_address(address), server->port()));
    socket.non_blocking(true);
    return socket;
  }
  // A client that said hello and was answered.
  Tcp::socket connect_with_session() {
    Tcp::socket socket = connect();
    write(socket, framed("hello"));
    CHECK(read(socket, framed("hello").size()) == framed("hello"));
    return socket;
  }
  void write(Tcp::socket& socket, std::string_view bytes) {
    until([&] {
      boost::system::error_code error;
      bytes.remove_prefix(socket.write_some(boost::asio::buffer(bytes), error));
      REQUIRE((!error || error == boost::asio::error::would_block));
      return bytes.empty();
    });
  }
  // Exactly `count` bytes, or all up to the end if there are fewer.
  std::string read(Tcp::socket& socket, size_t count) {
    std::string bytes;
    until([&] {
      std::string more(std::min<size_t>(count - bytes.size(), 1 << 20), '\0');
      boost::system::error_code error;
      more.resize(socket.read_some(boost::asio::buffer(more), error));
      bytes += more;
      return bytes.size() == count || (error && error != boost::asio::error::would_block);
    });
    return bytes;
  }
  std::string read_to_end(Tcp::socket& socket) { return read(socket, 100 << 20); }

  // --- ClientHandler: frames are echoed at the end of their batch.
  void on_connect(ConnectionId connection, std::string_view address) override {
    log += fmt::format("connect {} {};", connection.value, address);
  }
  void on_certificate(ConnectionId connection, const std::string& subject) override {
    log += fmt::format("certificate {} {};", connection.value, subject);
  }
  void on_client_remark(std::string_view text) override { remarks.emplace_back(text); }
  bool has_room(int32_t length) override { return length <= room; }
  bool on_frame(ConnectionId connection, std::string_view frame) override {
    frames.emplace_back(frame);
    log += fmt::format("frame {} {};", connection.value, frame.size());
    if (echo) outputs[connection] += framed(frame);
    return frame != "bad";
  }
  void on_disconnect(ConnectionId connection) override { log += fmt::format("end {};", connection.value); }
  bool throttled(ConnectionId connection) override { return throttled_connections.contains(connection); }
  std::optional<std::string> on_word(ConnectionId, std::string_view received) override {
    words.emplace_back(received);
    const auto found = answers.find(std::string(received.substr(0, 4)));
    if (found == answers.end()) return std::nullopt;
    return found->second;
  }
  void on_batch_end() override {
    ++batches;
    for (auto& [connection, bytes] : std::exchange(outputs, {}))
      server->send(connection, std::move(bytes), false);
  }

  boost::asio::io_context io;
  std::optional<ClientServer> server;
  std::string log;
  std::vector<std::string> frames;
  std::vector<std::string> words;
  std::vector<std::string> remarks;
  std::map<std::string, std::string> answers = {{"ruok", "imok"}};
  std::map<ConnectionId, std::string> outputs;
  std::set<ConnectionId> throttled_connections;
  bool echo = true;
  int32_t room = 0;  // for a large request
  int batches = 0;
};

}  // namespace paddock::net
