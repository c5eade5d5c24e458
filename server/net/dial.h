// Dial: one attempt to reach a server under any of its addresses. Names are resolved anew; several addresses
// are tried side by side, and what one name stands for in turn. The first that answers wins.
//
// Owner: whoever started it and the operations that are pending. Loop thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "server/net/peer_address.h"

namespace paddock::net {

class Dial : public std::enable_shared_from_this<Dial> {
 public:
  // With a socket that does not block and does not delay small writes, or with the reason: connection_refused
  // only if no address gave another one. Never called inside start().
  using Done = std::function<void(const boost::system::error_code&, boost::asio::ip::tcp::socket)>;

  static std::shared_ptr<Dial> start(boost::asio::io_context& io, const std::vector<PeerAddress>& addresses,
                                     int64_t timeout_ms, Done done);
  // `done` is not called any more.
  void cancel();

  Dial(boost::asio::io_context& io, Done done);

 private:
  struct Way;

  void begin(const std::vector<PeerAddress>& addresses, int64_t timeout_ms);
  void resolve(Way& way, const PeerAddress& address);
  void connect(Way& way, const boost::asio::ip::tcp::resolver::results_type& endpoints);
  void failed(const boost::system::error_code& error);
  void finish(const boost::system::error_code& error, boost::asio::ip::tcp::socket socket);

  boost::asio::io_context& io_;
  Done done_;
  boost::asio::steady_timer deadline_;
  std::vector<std::unique_ptr<Way>> ways_;
  size_t open_ways_ = 0;
  boost::system::error_code reason_;
};

}  // namespace paddock::net
