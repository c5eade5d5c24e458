// Election: whose history goes on (spec/quorum-protocol.md section 4). Holds one round's votes and says when
// a quorum agrees. Only proposes: what makes a leader safe is discovery.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "protocol/base/ids.h"
#include "server/zab/membership.h"

namespace paddock::zab {

// Ordered as ZooKeeper prefers: the later current epoch, then the longer durable log, then the higher id.
struct Vote {
  uint32_t epoch = 0;
  Zxid zxid;
  ServerId leader;
  friend auto operator<=>(const Vote&, const Vote&) = default;
};

class Election {
 public:
  // `membership` must outlive the election.
  Election(const Membership& membership, ServerId self, Vote own)
      : membership_(&membership), self_(self), vote_(own) {
    votes_[self] = own;
  }

  // `from` says that it votes so; a better vote becomes ours. Observers' votes are not counted.
  void receive(ServerId from, Vote vote) {
    if (!membership_->is_voter(from)) return;
    votes_[from] = vote;
    if (vote > vote_) votes_[self_] = vote_ = vote;
  }

  const Vote& vote() const { return vote_; }

  // Whom a quorum votes for, as we do.
  std::optional<ServerId> winner() const {
    std::set<ServerId> supporters;
    for (const auto& [server, vote] : votes_) {
      if (vote == vote_) supporters.insert(server);
    }
    if (!membership_->is_quorum(supporters)) return std::nullopt;
    return vote_.leader;
  }

 private:
  const Membership* membership_;
  ServerId self_;
  Vote vote_;
  std::map<ServerId, Vote> votes_;
};

}  // namespace paddock::zab
