// QuorumWatch: a leader's clock: what LinkWatch does for every link, and whether a quorum still follows.
//
// Owner: Leading.
//
// Invariant: a leader of which no quorum was heard within syncLimit is over at the first input that carries a
// time, however late that comes: a process that was paused commits and expires nothing when it wakes.
#pragma once

#include <set>

#include "server/zab/link_watch.h"

namespace paddock::zab {

class QuorumWatch : public LinkWatch {
 public:
  using LinkWatch::LinkWatch;

  // Self and the voters that serve and were heard within syncLimit.
  bool has_quorum(const LearnerLinks& links) const;
  // One of those at least.
  bool has_follower(const LearnerLinks& links) const { return followers(links).size() > 1; }

 private:
  std::set<ServerId> followers(const LearnerLinks& links) const;
};

}  // namespace paddock::zab
