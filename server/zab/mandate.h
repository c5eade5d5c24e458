// Mandate: whether the choice of a round still stands while its leader has no epoch yet. Two things can undo
// it that no link of the engine shows: the chosen server chose another or died before it listened for
// learners, and those who chose this server are looking again. Without it both wait for initLimit, and a
// third server that waits for them waits as long.
#pragma once

#include <set>
#include <utility>

#include "protocol/base/ids.h"
#include "server/zab/configs.h"
#include "server/zab/vote.h"

namespace paddock::zab {

class Mandate {
 public:
  // `electors`: whose ballots made `vote` a decision. `configs` must outlive the mandate.
  Mandate(const Configs& configs, ServerId self, const Vote& vote, std::set<ServerId> electors)
      : configs_(&configs), self_(self), vote_(vote), electors_(std::move(electors)) {}

  // A voter says something after the decision. `down`: whose election link was refused or reset.
  void hear(ServerId from, const Ballot& ballot, const std::set<ServerId>& down) {
    if (vote_.leader != self_) {
      if (from == vote_.leader) lost_ = !is_willing(ballot);
      return;
    }
    if (stands_by(ballot)) {
      electors_.insert(from);
      if (!ballot.looking()) return;
    } else {
      electors_.erase(from);
    }
    lost_ = lost_ || !has_electors(down);
  }
  // Sticky for a leader: those who left have a round of their own by now.
  bool lost(const std::set<ServerId>& down) const {
    return lost_ || (vote_.leader != self_ && down.count(vote_.leader) > 0);
  }

 private:
  bool stands_by(const Ballot& ballot) const {
    return ballot.looking() ? ballot.vote == vote_ : ballot.vote.leader == vote_.leader;
  }
  // The chosen server leads, or has yet to find out that it may.
  bool is_willing(const Ballot& ballot) const {
    return ballot.state == quorum::PeerState::leading || (ballot.looking() && ballot.vote == vote_);
  }
  // Those that are down count as gone only once somebody is looking: a link that is only replaced is down
  // too.
  bool has_electors(const std::set<ServerId>& down) const {
    std::set<ServerId> there{self_};
    for (const ServerId elector : electors_) {
      if (down.count(elector) == 0) there.insert(elector);
    }
    return configs_->is_quorum(there);
  }

  const Configs* configs_;
  ServerId self_;
  Vote vote_;
  std::set<ServerId> electors_;
  bool lost_ = false;
};

}  // namespace paddock::zab
