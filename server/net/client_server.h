// Client connections: listening sockets, frames, limits, four-letter words. Knows sockets, not what is said
// on them: every frame goes to the handler, every answer comes back as bytes.
//
// Threads: everything runs on the one io_context thread that the caller runs.
//
// Invariants
// 1. No memory is taken on the word of a length before a session is established; later at most one frame's.
// 2. A connection whose output is not taken, or that the handler throttles, is not read.
// 3. At most one read and one write is pending per connection; output that a socket takes at once is not
// copied.
// 4. For each on_connect() there is one on_disconnect(), and nothing about that connection behind it.
#pragma once

#include <cstdint>
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
  std::string address;  // empty: any, of both IP versions
  int32_t port = 2181;  // 0: chosen by the system
  int32_t backlog = -1;
  int32_t max_frame = 0xfffff;
  int32_t max_per_address = 60;  // 0: no limit
  int32_t max_total = 0;         // 0: no limit
  int32_t sessionless_timeout_ms = 10000;
  size_t max_output_bytes = 8 << 20;  // a connection that owes more than this to a slow client is not read
  bool keep_alive = false;            // zookeeper.clientTcpKeepAlive
};

class ClientHandler {
 public:
  virtual ~ClientHandler() = default;
  // `address` without the port: IPv4 dotted, IPv6 as eight groups.
  virtual void on_connect(ConnectionId connection, std::string_view address) = 0;
  // False: drop the connection; what was queued for it still goes out.
  virtual bool on_frame(ConnectionId connection, std::string_view frame) = 0;
  virtual void on_disconnect(ConnectionId connection) = 0;
  // Asked before every frame.
  virtual bool throttled(ConnectionId connection) = 0;
  // `received`: the first four bytes and, if they came along, up to eight behind them. The text to answer
  // before the connection is closed, or nothing if the four bytes are no word.
  virtual std::optional<std::string> on_word(ConnectionId connection, std::string_view received) = 0;
  // Called once after a batch of the above, when everything that was ready has been handed over.
  virtual void on_batch_end() = 0;
};

struct ConnectionInfo {
  ConnectionId id;
  std::string remote;  // "/127.0.0.1:51234"
  int interest = 1;    // 1 read, 4 write, 5 both, 0 none
  size_t output_bytes = 0;
};

// Since the start.
struct ClientServerCounters {
  uint64_t rejected = 0;             // over a limit
  uint64_t sessionless_expired = 0;  // no session in time
  uint64_t bytes_received = 0;
  uint64_t bytes_sent = 0;
};

class ClientServer {
 public:
  // The handler outlives the server.
  ClientServer(boost::asio::io_context& io, const ClientServerOptions& options, ClientHandler& handler);
  // Closes everything without telling the handler.
  ~ClientServer();
  ClientServer(const ClientServer&) = delete;
  ClientServer& operator=(const ClientServer&) = delete;

  // A fault names the address.
  Status listen();
  uint16_t port() const;
  // Queues bytes; `close` once they are flushed. Unknown connections are ignored. The first bytes without
  // `close` are the accepted session: a connection that has sent its connect request is not read before, and
  // the session-less timeout ends here.
  void send(ConnectionId connection, std::string bytes, bool close);
  // Drops output that is still queued.
  void close(ConnectionId connection);
  // No new connections.
  void stop_accepting();
  // Looks again at connections whose handler throttled them. Cheap if there are none.
  void resume_throttled();
  std::vector<ConnectionInfo> connections() const;
  size_t size() const;
  // Output that no socket has taken yet, of all connections.
  size_t output_bytes() const;
  ClientServerCounters counters() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace paddock::net
