// WatchRegistry: what this client watches, by the server's words alone, so that the watches can be set again
// on the next connection. Pure bookkeeping; owner: a Session.
//
// Invariants
// 1. A one-shot watch leaves the registry when an event consumes it; persistent ones only by removed().
// 2. set_watches() names every watch exactly once.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "client/session/session.h"
#include "protocol/client/records.h"

namespace paddock::client {

class WatchRegistry {
 public:
  // A request with this intent was answered with `err`: an exists of a missing node leaves a watch too.
  void answered(WatchIntent intent, std::string_view path, ErrorCode err);
  void fired(EventType type, std::string_view path);
  void removed(WatcherType type, std::string_view path);
  void clear() { *this = WatchRegistry(); }
  bool empty() const;

  struct SetWatches {
    OpCode type;
    std::string body;
  };
  // The requests that set all watches again, each with at most about `limit` bytes of paths: a server refuses
  // a frame above its jute.maxbuffer, and a client may watch any number of nodes. setWatches2 only with
  // persistent watches, because servers before 3.6 do not know it.
  std::vector<SetWatches> set_watches(Zxid last_seen, size_t limit = 128 << 10) const;

 private:
  using Paths = std::set<std::string, std::less<>>;
  Paths data_;
  Paths exist_;
  Paths child_;
  Paths persistent_;
  Paths recursive_;
};

}  // namespace paddock::client
