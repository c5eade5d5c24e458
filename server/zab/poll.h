// Poll: the last ballot of each server, and who agrees with one. Whom it counts is its user's affair.
#pragma once

#include <algorithm>
#include <map>
#include <set>

#include "protocol/base/ids.h"
#include "server/zab/vote.h"

namespace paddock::zab {

class Poll {
 public:
  void record(ServerId from, const Ballot& ballot) { ballots_[from] = ballot; }
  // True if there was one.
  bool forget(ServerId from) { return ballots_.erase(from) > 0; }
  void clear() { ballots_.clear(); }

  bool has(ServerId from) const { return ballots_.count(from) > 0; }
  bool says_it_leads(ServerId server) const {
    const auto found = ballots_.find(server);
    return found != ballots_.end() && found->second.state == quorum::PeerState::leading;
  }
  std::set<ServerId> everyone() const {
    std::set<ServerId> servers;
    for (const auto& [from, ballot] : ballots_) servers.insert(from);
    return servers;
  }
  template <class Chosen>
  bool names(ServerId leader, Chosen&& by) const {
    return std::any_of(ballots_.begin(), ballots_.end(),
                       [&](const auto& one) { return one.second.vote.leader == leader && by(one.first); });
  }
  std::set<ServerId> agreeing_with(const Ballot& asked) const {
    std::set<ServerId> servers;
    for (const auto& [from, ballot] : ballots_) {
      if (agree(ballot, asked)) servers.insert(from);
    }
    return servers;
  }

 private:
  std::map<ServerId, Ballot> ballots_;
};

}  // namespace paddock::zab
