// EndedSessions: the leader's memory of sessions that have ended, where a learner may have sessions that only
// it knows: a request that a learner sent before it heard of the end would otherwise pass for one of those,
// and be done. (It is in Apache ZooKeeper.) Who has lost its lock with its session must not write any more.
//
// A learner that hears nothing for the sync limit has lost its leader, so what is older need not be known.
#pragma once

#include <cstdint>
#include <unordered_set>
#include <utility>

#include "protocol/base/ids.h"
#include "protocol/base/time.h"

namespace paddock::replica {

class EndedSessions {
 public:
  // Each is remembered for `memory_ms` at least.
  explicit EndedSessions(int64_t memory_ms) : memory_ms_(memory_ms) {}

  void add(SessionId session) { late_.insert(session); }
  bool contains(SessionId session) const { return late_.contains(session) || early_.contains(session); }
  void tick(Instant now) {
    if (now.ms() - turned_.ms() < memory_ms_) return;
    turned_ = now;
    early_ = std::exchange(late_, {});
  }
  void clear() {
    late_.clear();
    early_.clear();
  }

 private:
  const int64_t memory_ms_;
  Instant turned_;
  std::unordered_set<SessionId> late_;  // since `turned_`
  std::unordered_set<SessionId> early_;
};

}  // namespace paddock::replica
