// PrimaryChecker: Z6, primary integrity. The first transaction of an epoch is proposed by a leader that has
// applied whatever anybody has applied of earlier epochs; and nothing of those is applied anew afterwards.
#pragma once

#include "protocol/base/ids.h"
#include "tests/sim/chronicle.h"

namespace paddock::sim {

class PrimaryChecker {
 public:
  explicit PrimaryChecker(const Chronicle& chronicle) : chronicle_(chronicle) {}

  // `leader`, whose state stands at `applied`, proposes `zxid` as the leader of its epoch.
  void proposes(ServerId leader, Zxid zxid, Zxid applied);
  // Somebody is the first to apply `zxid`.
  void committed(Zxid zxid) const;

 private:
  const Chronicle& chronicle_;
  uint32_t newest_epoch_ = 0;  // of which something was proposed
  Zxid inherited_;             // the end of what its leader had applied of earlier ones
};

}  // namespace paddock::sim
