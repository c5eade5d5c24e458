#include "tests/sim/primary_checker.h"

#include "tests/sim/trace.h"
#include "tests/sim/violation.h"

namespace paddock::sim {

void PrimaryChecker::proposes(ServerId leader, Zxid zxid, Zxid applied) {
  if (zxid.counter() != 1) return;
  const Committed* last = chronicle_.at_or_below(Zxid::of(zxid.epoch(), 0));
  require(last == nullptr || last->zxid <= applied, "Z6",
          "s{} proposes {} at {}, and {} was applied elsewhere", leader.value, text(zxid), text(applied),
          text(last == nullptr ? Zxid{} : last->zxid));
  if (zxid.epoch() <= newest_epoch_) return;  // one that does not know that it was deposed
  newest_epoch_ = zxid.epoch();
  inherited_ = applied;
}

void PrimaryChecker::committed(Zxid zxid) const {
  require(zxid.epoch() >= newest_epoch_ || zxid <= inherited_, "Z6",
          "{} is applied, and the leader of epoch {} began at {} without it", text(zxid), newest_epoch_,
          text(inherited_));
}

}  // namespace paddock::sim
