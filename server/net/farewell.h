// Farewell: keeps a connection that is of no use any more until the peer has closed it, for a moment. What
// TLS sends by itself behind a handshake, tickets of sessions, would meet a closed socket and turn the close
// into a reset; and a reset makes the peer's system throw away the last words that it has not read yet.
//
// Owner: the operations that are pending. Loop thread.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "server/net/stream.h"

namespace paddock::net {

class Farewell : public std::enable_shared_from_this<Farewell> {
 public:
  static void to(Stream stream);

  explicit Farewell(Stream stream);

 private:
  void start();
  void listen();

  Stream stream_;
  boost::asio::steady_timer deadline_;
};

}  // namespace paddock::net
