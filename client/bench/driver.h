// Driver: all connections of a bench on one thread and one epoll. A batch costs one read and one write: what
// a connection answered is replaced by as many new requests.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "client/bench/connection.h"
#include "client/bench/options.h"

namespace paddock::client::bench {

inline constexpr int64_t kNoDeadline = INT64_MAX;

class Driver {
 public:
  // Opens the connections, spread over the servers in turn.
  static Result<std::unique_ptr<Driver>> connect(const BenchOptions& options);
  ~Driver();
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  // Sends from the source until it is empty and everything is answered, or until the deadline; then requests
  // are left in flight, for the next run() or drain().
  Status run(RequestSource& source, int64_t deadline_ns = kNoDeadline);
  // Waits for every answer and sends nothing new.
  Status drain(RequestSource& source);
  // Closes the sessions; the driver is of no use afterwards.
  void close_sessions();

  Counters& counters() { return counters_; }

 private:
  Driver(int epoll_fd) : epoll_fd_(epoll_fd) {}
  Status loop(RequestSource& source, int64_t deadline_ns, bool exhausted);
  Status serve(size_t index, uint32_t events, RequestSource& source, bool& exhausted);
  Status watch_writable(size_t index);
  bool idle() const;

  int epoll_fd_;
  std::vector<Connection> connections_;
  std::vector<bool> watched_for_write_;
  Counters counters_;
};

}  // namespace paddock::client::bench
