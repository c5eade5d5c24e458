// Client connections: listening sockets, frames, limits, four-letter words. Knows sockets, not what is said
// on them: every frame goes to the handler, every answer comes back as bytes.
//
// Threads: everything runs on the one io_context thread that the caller runs.
//
// Invariants
// 1. No memory is taken on the word of a length before a session is established; later at most one
//    frame's (frame_limit.h).
// 2. A connection whose output is not taken, or that the handler throttles, is not read.
// 3. At most one read and one write is pending per connection; output that a socket takes at once is
//    not copied.
// 4. An address that has worked for its quantum is not read before it is due again (work_shares.h).
// 5. For each on_connect() there is one on_disconnect(), and nothing about that connection behind it.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/base/result.h"
#include "server/net/tls_options.h"

namespace boost::asio {
class io_context;
}

namespace paddock::net {

struct ClientServerOptions {
  std::string address;  // empty: any, of both IP versions
  int32_t port = 2181;  // 0: chosen by the system; -1: no plain port
  std::string secure_address;
  int32_t secure_port = -1;       // -1: no port for TLS
  bool unified = false;           // client.portUnification: TLS on the plain port too
  std::optional<TlsOptions> tls;  // for either
  int32_t max_handshakes = -1;    // at a time; -1: no limit
  int64_t handshake_timeout_ms = 5000;
  int32_t backlog = -1;
  int32_t max_frame = 0xfffff;
  int32_t large_request = std::numeric_limits<int32_t>::max();  // frames above it need the handler's room
  int32_t max_per_address = 60;                                 // 0: no limit
  int32_t max_total = 0;                                        // 0: no limit
  int32_t max_connects_per_second = 0;                          // of an address; 0: no limit
  int32_t sessionless_timeout_ms = 10000;
  size_t max_output_bytes = 8 << 20;  // a connection that owes more than this to a slow client is not read
  int64_t work_quantum_us = 2000;     // of an address, a batch (work_shares.h)
  bool keep_alive = false;            // zookeeper.clientTcpKeepAlive
};

class ClientHandler {
 public:
  virtual ~ClientHandler() = default;
  // `address` without the port: IPv4 dotted, IPv6 as eight groups.
  virtual void on_connect(ConnectionId connection, std::string_view address) = 0;
  // It has proved by TLS that it is `subject`; before its first frame. Not called without a certificate.
  virtual void on_certificate(ConnectionId connection, const std::string& subject) = 0;
  // A frame of more than `large_request` has begun, or is there. False: drop the connection.
  virtual bool has_room(int32_t length) = 0;
  // False: drop the connection; what was queued for it still goes out.
  virtual bool on_frame(ConnectionId connection, std::string_view frame) = 0;
  virtual void on_disconnect(ConnectionId connection) = 0;
  // Asked before every frame.
  virtual bool throttled(ConnectionId connection) = 0;
  // `received`: the first four bytes and, if they came along, up to eight behind them. The text to answer
  // before the connection is closed, or nothing if the four bytes are no word.
  virtual std::optional<std::string> on_word(ConnectionId connection, std::string_view received) = 0;
  // For the log, seldom: a handshake failed, certificates were loaded anew, a request was too large.
  virtual void on_client_remark(std::string_view text) = 0;
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
  uint64_t handshakes_failed = 0;
  uint64_t handshakes_exceeded = 0;      // over max_handshakes
  uint64_t large_requests_rejected = 0;  // the handler had no room
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

  // A fault names the address, or what is wrong with a file of keys.
  Status listen();
  uint16_t port() const;         // 0: there is none
  uint16_t secure_port() const;  // likewise
  // Listens there instead, from now on; connections that are there stay. A fault names the address: then it
  // listens where it did, if that can still be had.
  Status move(const std::string& address, int32_t port);
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
  size_t handshakes() const;  // under way
  // As if the time to look for changed certificates had come.
  void look_for_certificates();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace paddock::net
