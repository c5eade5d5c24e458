// Listener: one listening socket. Hands over what connects; rests a moment when the process has no file
// descriptor left.
//
// Owner: whoever serves the port. Loop thread. After close() or the destructor no socket is handed over any
// more.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "protocol/base/result.h"

namespace paddock::net {

class Listener {
 public:
  using OnSocket = std::function<void(boost::asio::ip::tcp::socket)>;

  explicit Listener(boost::asio::io_context& io);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // Listens from here on. The wildcard of IPv6 takes IPv4 too. `backlog` of 0 or less: the system's. A fault
  // names the address.
  Status open(const boost::asio::ip::tcp::endpoint& endpoint, int backlog, OnSocket on_socket);
  // The same on all addresses of the machine; a host without IPv6 has no wildcard of both versions.
  Status open_any(uint16_t port, int backlog, const OnSocket& on_socket);
  void close();
  bool is_open() const;
  uint16_t port() const;  // 0 if closed

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// An address of this machine, by number or by name. Asks the resolver, so it may block. A fault names `host`.
Result<boost::asio::ip::tcp::endpoint> resolve_local(boost::asio::io_context& io, const std::string& host,
                                                     int32_t port);

}  // namespace paddock::net
