// One thread, real sockets on loopback: whoever waits for something runs the loop until it has happened.
#pragma once

#include <boost/asio.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace paddock::net {

class Loop {
 public:
  using Tcp = boost::asio::ip::tcp;

  // Runs the loop until `happened`, for at most 10 s.
  void until(const std::function<bool()>& happened) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!happened()) {
      if (std::chrono::steady_clock::now() > deadline) FAIL("waited for 10 s");
      io.restart();  // it stops when it has nothing to do
      io.run_one_for(std::chrono::milliseconds(5));
    }
  }
  // Runs the loop until nothing is ready any more.
  void settle() {
    while (io.poll() > 0) {
    }
  }

  // A peer made by hand, on either side.
  Tcp::socket connect(uint16_t port) {
    Tcp::socket socket(io);
    socket.connect(Tcp::endpoint(boost::asio::ip::address_v4::loopback(), port));
    socket.non_blocking(true);
    return socket;
  }
  Tcp::acceptor listen() {
    return Tcp::acceptor(io, Tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
  }
  Tcp::socket accept(Tcp::acceptor& acceptor) {
    Tcp::socket socket(io);
    acceptor.non_blocking(true);
    until([&] {
      boost::system::error_code error;
      acceptor.accept(socket, error);
      return !error;
    });
    socket.non_blocking(true);
    return socket;
  }
  void write(Tcp::socket& socket, std::string_view bytes) {
    until([&] {
      boost::system::error_code error;
      bytes.remove_prefix(socket.write_some(boost::asio::buffer(bytes), error));
      return bytes.empty() || (error && error != boost::asio::error::would_block);
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
  bool ended(Tcp::socket& socket) { return read(socket, 1).empty(); }

  boost::asio::io_context io;
};

}  // namespace paddock::net
