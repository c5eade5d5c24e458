// One connection of the bench: a socket with a session on it and up to `inflight` unanswered requests.
// Reads and writes whole batches; looks at nothing of a reply but its header. Owner: the driver's thread.
//
// Invariants
// 1. Replies come in the order of the requests; anything else is a fault.
// 2. A request's clock starts before the write() that puts it into the socket's buffer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "client/bench/histogram.h"
#include "client/bench/request_source.h"
#include "client/bench/socket.h"
#include "client/connect_string.h"
#include "protocol/base/result.h"
#include "protocol/jute/frame_splitter.h"

namespace paddock::client::bench {

// What the driver counts, over all connections.
struct Counters {
  Histogram latency;
  uint64_t errors = 0;
  ErrorCode first_error = ErrorCode::ok;
};

class Connection {
 public:
  // Connects and opens a session; blocks for up to 10 s. A fault names the server.
  static Result<Connection> open(const HostPort& server, const SocketSecurity& security,
                                 int session_timeout_ms, int inflight);

  int fd() const { return socket_.fd(); }
  size_t inflight() const { return static_cast<size_t>(next_xid_ - next_reply_); }
  bool wants_write() const { return sent_ < out_.size(); }

  // Takes requests from the source up to the limit and writes them. False from the source is remembered in
  // `exhausted`.
  Status fill_and_write(RequestSource& source, int64_t now_ns, bool& exhausted);
  // Reads what has come, up to a batch, and counts every whole reply.
  Status read_replies(const RequestSource& source, Counters& counters);
  // Writes what is left over from a write that the socket did not take whole.
  Status flush();
  // Says goodbye, so that the server drops the session at once. Blocks shortly.
  void close_session();

 private:
  Connection(Socket socket, HostPort server, int inflight);
  Status handshake(int session_timeout_ms);
  Status read_once(const RequestSource& source, Counters& counters);
  Status take_reply(std::string_view frame, int64_t now_ns, const RequestSource& source, Counters& counters);
  Fault lost(std::string_view how) const;

  Socket socket_;
  HostPort server_;
  int64_t limit_;
  std::string out_;
  size_t sent_ = 0;
  jute::FrameSplitter in_;
  int32_t next_xid_ = 1;
  int32_t next_reply_ = 1;
  std::vector<int64_t> started_ns_;  // by xid, modulo its size, a power of two
};

// The monotonic clock.
int64_t clock_ns();

}  // namespace paddock::client::bench
