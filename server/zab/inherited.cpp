#include "server/zab/inherited.h"

#include <algorithm>
#include <set>

namespace paddock::zab {
namespace {

// What a position says of the history below it: whoever entered epoch e holds at least e's initial history.
Zxid claimed(const Standing& standing) {
  return std::max(standing.position, Zxid::of(standing.current_epoch, 0));
}

// A position of 0 is also what a server names that wants a snapshot instead of what it holds; but it entered
// the epoch of whatever it acknowledged.
bool may_hold(const Standing& standing, Zxid zxid) {
  if (standing.position == Zxid{}) return standing.current_epoch >= zxid.epoch();
  return claimed(standing) >= zxid;
}

}  // namespace

bool Inherited::is_ahead(const Standing& other) const {
  if (other.current_epoch != own_.current_epoch) return other.current_epoch > own_.current_epoch;
  return claimed(other) > claimed(own_);
}

Fate Inherited::pending() const {
  const Membership& committed = configs_->committed();
  if (!configs_->is_pending() || (oracle_ && configs_->has_two_voters())) return Fate::maybe_committed;
  const Zxid version{configs_->proposed().version};
  std::set<ServerId> holders{self_};
  std::set<ServerId> possible = configs_->everyone();
  for (const auto& [voter, standing] : told_) {
    if (may_hold(standing, version)) {
      holders.insert(voter);
    } else {
      possible.erase(voter);
    }
  }
  if (committed.is_quorum(holders)) return Fate::maybe_committed;
  return committed.is_quorum(possible) ? Fate::unknown : Fate::not_committed;
}

}  // namespace paddock::zab
