// Revalidation: the connections of a learner that came with a session of theirs, while the leader is asked
// whether it lives (spec/quorum-protocol.md section 9). Several may be under way; answers come in their
// order.
#pragma once

#include <algorithm>
#include <deque>

#include "protocol/base/bytes.h"
#include "protocol/base/ids.h"
#include "protocol/jute/codec.h"
#include "protocol/quorum/records.h"

namespace paddock::replica {

class Revalidation {
 public:
  // Returns the data of the REVALIDATE to send.
  Bytes ask(SessionId session, ConnectionId connection, int32_t timeout_ms) {
    waiting_.push_back({session, connection});
    return Bytes(jute::encoded(quorum::SessionTimeout{session.value, timeout_ms}));
  }
  // The connection that waited longest for this session's answer; none if no connection does.
  ConnectionId answered(SessionId session) {
    const auto asked = std::find_if(waiting_.begin(), waiting_.end(),
                                    [&](const Waiting& waiting) { return waiting.session == session; });
    if (asked == waiting_.end()) return {};
    const ConnectionId connection = asked->connection;
    waiting_.erase(asked);
    return connection;
  }
  void reset() { waiting_.clear(); }
  bool idle() const { return waiting_.empty(); }

 private:
  struct Waiting {
    SessionId session;
    ConnectionId connection;
  };
  std::deque<Waiting> waiting_;
};

}  // namespace paddock::replica
