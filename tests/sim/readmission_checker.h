// ReadmissionChecker: when a server that may have forgotten its promises serves, votes and promises again
// (DESIGN.md rule 8; Z7). What it has promised went to somebody before it asked a leader for its history. A
// leader of which a quorum of the others has said since then that it still follows it is the one to whom, or
// below whom, all that was promised; one that was deposed, and does not know, would take it into the past.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "protocol/base/ids.h"
#include "protocol/base/time.h"
#include "tests/sim/violation.h"

namespace paddock::sim {

class ReadmissionChecker {
 public:
  // Whether these are a quorum for a leader.
  using IsQuorum = std::function<bool(ServerId leader, const std::set<ServerId>&)>;

  explicit ReadmissionChecker(IsQuorum is_quorum) : is_quorum_(std::move(is_quorum)) {}

  // By the clock of the world.
  // OBSERVERINFO of a server that says nothing of its name comes to `leader`.
  void asks(ServerId leader, LinkId link, Instant now) { asked_[{leader, link}] = now; }
  // What comes to `leader` left `follower`, which followed it then, at `sent`.
  void hears(ServerId leader, ServerId follower, Instant sent) {
    Instant& last = heard_[{leader, follower}];
    last = std::max(last, sent);
  }
  // UPTODATE leaves `leader`.
  void readmits(ServerId leader, LinkId link, ServerId learner) const {
    const auto asked = asked_.find({leader, link});
    if (asked == asked_.end()) return;
    std::set<ServerId> followers{leader};
    for (const auto& [pair, sent] : heard_) {
      if (pair.first == leader && pair.second != learner && sent >= asked->second) {
        followers.insert(pair.second);
      }
    }
    require(is_quorum_(leader, followers), "Z7",
            "s{} has s{}, which lost its promises, serve again, and since that asked {} others have followed",
            leader.value, learner.value, followers.size() - 1);
  }
  void link_ended(ServerId leader, LinkId link) { asked_.erase({leader, link}); }

 private:
  IsQuorum is_quorum_;
  std::map<std::pair<ServerId, LinkId>, Instant> asked_;
  std::map<std::pair<ServerId, ServerId>, Instant> heard_;
};

}  // namespace paddock::sim
