// Revalidation: the connections of a learner, or observers of it for theirs, that came with a session, while
// the leader is asked whether it lives (spec/quorum-protocol.md section 9). Several may be under way; answers
// come in their order.
#pragma once

#include <algorithm>
#include <deque>

#include "protocol/base/bytes.h"
#include "protocol/base/ids.h"
#include "protocol/jute/codec.h"
#include "protocol/quorum/records.h"
#include "server/replica/asker.h"

namespace paddock::replica {

class Revalidation {
 public:
  // Returns the data of the REVALIDATE to send.
  Bytes ask(SessionId session, Asker asker, int32_t timeout_ms) {
    waiting_.push_back({session, asker});
    return Bytes(jute::encoded(quorum::SessionTimeout{session.value, timeout_ms}));
  }
  // Who waited longest for this session's answer; none if nobody does.
  Asker answered(SessionId session) {
    const auto asked = std::find_if(waiting_.begin(), waiting_.end(),
                                    [&](const Waiting& waiting) { return waiting.session == session; });
    if (asked == waiting_.end()) return {};
    const Asker asker = asked->asker;
    waiting_.erase(asked);
    return asker;
  }
  void reset() { waiting_.clear(); }
  bool idle() const { return waiting_.empty(); }

 private:
  struct Waiting {
    SessionId session;
    Asker asker;
  };
  std::deque<Waiting> waiting_;
};

}  // namespace paddock::replica
