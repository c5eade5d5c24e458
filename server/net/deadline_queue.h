// DeadlineQueue: connections in the order in which something must have happened to them, all with the same
// patience. One timer looks at the first and then rests for a twentieth of that, so a crowd of connections
// costs a few looks, not a timer each.
//
// Owner: whoever is told. Loop thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <utility>

#include "protocol/base/ids.h"

namespace paddock::net {

class DeadlineQueue : public std::enable_shared_from_this<DeadlineQueue> {
 public:
  // `due` is called for each connection whose time has come, whatever has happened to it since. 0 or less:
  // never.
  DeadlineQueue(boost::asio::io_context& io, int64_t patience_ms, std::function<void(ConnectionId)> due);

  void add(ConnectionId connection);
  // Nobody is told any more.
  void close();

 private:
  using Clock = std::chrono::steady_clock;

  void arm();
  void look();

  const std::chrono::milliseconds patience_;
  std::function<void(ConnectionId)> due_;
  boost::asio::steady_timer timer_;
  bool armed_ = false;
  std::deque<std::pair<Clock::time_point, ConnectionId>> waiting_;
};

}  // namespace paddock::net
