// ElectionGreeting: a connection that reached the election port and has not said who it is.
//
// Owner: the mesh and the operations that are pending; after close() it tells nobody anything.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/base/result.h"
#include "protocol/quorum/records.h"
#include "server/net/stream.h"

namespace paddock::net {

class ElectionGreeting : public std::enable_shared_from_this<ElectionGreeting> {
 public:
  // With the hello and what came behind it, or with the fault: then the stream is worth nothing.
  using Done =
      std::function<void(Result<quorum::ElectionHello> hello, Stream stream, std::string_view behind)>;

  explicit ElectionGreeting(Stream stream);

  void start(int64_t timeout_ms, Done done);
  void close();

 private:
  void arm_read();
  void on_readable();
  void finish(Result<quorum::ElectionHello> hello);

  Stream stream_;
  boost::asio::steady_timer deadline_;
  Done done_;
  std::string received_;
  size_t consumed_ = 0;
};

}  // namespace paddock::net
