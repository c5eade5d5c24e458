// Inherited: what a leader to be and its learners held when an epoch began to be agreed on, and what that
// proves.
//
// Owner: Leading. It is told of no one but voters whose promise counts, and only while that lasts: who has
// promised the new epoch acknowledges nothing of an older one any more.
//
// Who is only to become a voter, by a reconfiguration that is pending, may hold more than the leader: what
// was proposed behind it. Nothing of that is committed unless the reconfiguration is, which takes a quorum of
// those that vote already. Where these have lost it, they cannot vote for somebody who is nobody to them, and
// that one cannot be done without either, for the leader has the reconfiguration in its log. What it holds
// beyond the leader's history may then be cut off.
#pragma once

#include <cstdint>
#include <map>

#include "protocol/base/ids.h"
#include "server/zab/configs.h"

namespace paddock::zab {

// Where a server stood when it promised.
struct Standing {
  uint32_t current_epoch = 0;
  Zxid position;
};

enum class Fate { unknown, maybe_committed, not_committed };

class Inherited {
 public:
  // `configs` must outlive it. `oracle`: one of two voters may have been a quorum by itself.
  Inherited(const Configs& configs, ServerId self, const Standing& own, bool oracle)
      : configs_(&configs), self_(self), own_(own), oracle_(oracle) {}

  void told(ServerId voter, const Standing& standing) { told_[voter] = standing; }
  void forget(ServerId voter) { told_.erase(voter); }

  // It has what this server lacks.
  bool is_ahead(const Standing& other) const;
  // Whether the reconfiguration that is pending here can have been committed anywhere. `unknown` until enough
  // voters have spoken. If none is pending there is nothing that could be disproved.
  Fate pending() const;

 private:
  const Configs* configs_;
  ServerId self_;
  Standing own_;
  bool oracle_;
  std::map<ServerId, Standing> told_;
};

}  // namespace paddock::zab
