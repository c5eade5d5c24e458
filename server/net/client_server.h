// Client connections: listening sockets, frames, limits, four-letter words. Knows sockets, not what is said on
// them: every frame goes to the handler, every answer comes back as bytes.
//
// Threads: everything runs on the one io_context thread that the caller runs.
//
// Invariants
// 1. No memory is taken on the word of a length; a frame above the limit closes its connection.
// 2. A connection whose output is not taken, or that the handler throttles, is not read.
// 3. At most one read and one write is pending per connection; a batch of output is one write.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/base/result.h"

namespace boost::asio {
class io_context;
}

namespace paddock::net {

struct ClientServerOptions {
  std::string address;  // empty: any
  int32_t port = 2181;  // 0: chosen by the system
  int32_t backlog = -1;
  int32_t max_frame = 0xfffff;
  int32_t max_per_address = 60;  // 0: no limit
  int32_t max_total = 0;         // 0: no limit
  int32_t sessionless_timeout_ms = 10000;
  size_t max_output_bytes = 64 << 20;  // a connection that owes more than this to a slow client is not read
};

class ClientHandler {
 public:
  virtual ~ClientHandler() = default;
  virtual void on_connect(ConnectionId connection, std::string_view address) = 0;
  // False: drop the connection.
  virtual bool on_frame(ConnectionId connection, std::string_view frame) = 0;
  virtual void on_disconnect(ConnectionId connection) = 0;
  virtual bool throttled(ConnectionId connection) = 0;
  // The first four bytes are a known word: the text to answer, then close.
  virtual std::optional<std::string> on_word(std::string_view word) = 0;
  // Called once after a batch of the above, when the loop is about to wait.
  virtual void on_batch_end() = 0;
};

struct ConnectionInfo {
  ConnectionId id;
  std::string remote;     // "/127.0.0.1:51234"
  int interest = 1;       // 1 read, 4 write, 5 both
  size_t output_bytes = 0;
};

class ClientServer {
 public:
  ClientServer(boost::asio::io_context& io, const ClientServerOptions& options, ClientHandler& handler);
  ~ClientServer();

  // A fault names the address.
  Status listen();
  uint16_t port() const;
  // Queues bytes; `close` once they are flushed. Unknown connections are ignored.
  void send(ConnectionId connection, std::string bytes, bool close);
  void close(ConnectionId connection);
  // No new connections.
  void stop_accepting();
  // Looks again at connections whose handler throttled them.
  void resume_throttled();
  std::vector<ConnectionInfo> connections() const;
  size_t size() const;
  // Called when the connect request was accepted: four-letter words and the session-less timeout end here.
  void session_established(ConnectionId connection);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace paddock::net
