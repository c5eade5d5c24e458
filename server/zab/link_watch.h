// LinkWatch: the clock of a server that has learners (spec/quorum-protocol.md section 11): every half tick it
// pings, and drops those that are silent or stopped acknowledging.
//
// Owner: ObserverMaster; a leader's QuorumWatch is one, too.
#pragma once

#include <algorithm>

#include "protocol/base/time.h"
#include "server/zab/core.h"
#include "server/zab/learner_links.h"

namespace paddock::zab {

class LinkWatch {
 public:
  LinkWatch(const Core& core, Instant start) : core_(core) { schedule(start); }

  bool due(Instant now) const { return now >= next_; }
  void schedule(Instant now) { next_ = now.plus_ms(std::max<int64_t>(core_.options.tick_ms / 2, 1)); }
  Instant next() const { return next_; }

  // Its time is over: it said nothing, or acknowledged nothing, for too long.
  bool condemns(const LearnerLink& link) const;

 protected:
  bool silent_for(const LearnerLink& link, int64_t limit_ms) const {
    return core_.now > link.heard.plus_ms(limit_ms);
  }

  const Core& core_;

 private:
  Instant next_;
};

}  // namespace paddock::zab
