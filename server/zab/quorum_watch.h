// QuorumWatch: a leader's clock (spec/quorum-protocol.md section 11). Every half tick it pings, drops
// learners that are silent or stopped acknowledging, and asks whether a quorum still follows.
//
// Owner: Leading.
//
// Invariant: a leader of which no quorum was heard within syncLimit is over at the first input that carries a
// time, however late that comes: a process that was paused commits and expires nothing when it wakes.
#pragma once

#include <algorithm>

#include "protocol/base/time.h"
#include "server/zab/core.h"
#include "server/zab/learner_links.h"

namespace paddock::zab {

class QuorumWatch {
 public:
  QuorumWatch(const Core& core, Instant start) : core_(core) { schedule(start); }

  bool due(Instant now) const { return now >= next_; }
  void schedule(Instant now) { next_ = now.plus_ms(std::max<int64_t>(core_.options.tick_ms / 2, 1)); }
  Instant next() const { return next_; }

  // Self and the active voters that were heard within syncLimit.
  bool has_quorum(const LearnerLinks& links) const;
  // Its time is over: it said nothing, or acknowledged nothing, for too long.
  bool condemns(const LearnerLink& link) const;

 private:
  bool silent_for(const LearnerLink& link, int64_t limit_ms) const {
    return core_.now > link.heard.plus_ms(limit_ms);
  }

  const Core& core_;
  Instant next_;
};

}  // namespace paddock::zab
