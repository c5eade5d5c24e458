// Outstanding: the requests that have no answer yet, in order: first those that were sent on this connection,
// then those that wait for one. Owner: a Session.
//
// Invariants
// 1. Only the oldest sent request can be answered, and only under its own xid.
// 2. What waits keeps its order behind what was sent.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "client/session/session.h"

namespace paddock::client {

struct Request {
  uint64_t tag = 0;
  OpCode type = OpCode::error;
  std::string body;  // until it is sent
  WatchIntent watch = WatchIntent::none;
  std::string watch_path;
  std::optional<WatcherType> removes;  // the kind of watch of watch_path that a success takes away
  int32_t xid = 0;                     // once it is sent
  Instant sent = {};
};

class Outstanding {
 public:
  void push(Request request) { waiting_.push_back(std::move(request)); }
  // Appends all that waits to the connection's bytes, framed.
  void send_waiting(std::string& out, Instant now);
  // The sent request that a reply with `xid` answers; nothing if it is not the turn of that xid.
  std::optional<Request> take_answered(int32_t xid);
  // What was sent and will not be answered any more.
  std::deque<Request> take_sent() { return std::exchange(sent_, {}); }
  // All of them.
  std::deque<Request> take_all();
  size_t size() const { return sent_.size() + waiting_.size(); }

 private:
  int32_t next_xid();

  std::deque<Request> sent_;
  std::deque<Request> waiting_;
  int32_t last_xid_ = 0;
};

}  // namespace paddock::client
