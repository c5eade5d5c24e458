// Discovery: how a leader gets an epoch that nobody else can have (spec/quorum-protocol.md 6.2). A quorum
// names the highest epoch it ever accepted; one above all of them is the new one; it is established once a
// quorum has promised, durably, to follow nobody below it; and in use once a quorum holds its initial
// history.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>

#include "protocol/base/check.h"
#include "protocol/base/ids.h"
#include "server/zab/membership.h"

namespace paddock::zab {

class Discovery {
 public:
  // `membership` must outlive the discovery.
  explicit Discovery(const Membership& membership) : membership_(&membership) {}

  // FOLLOWERINFO: `server` has accepted epochs up to this one. Ignored once the epoch is fixed.
  void join(ServerId server, uint32_t accepted) {
    if (epoch_) return;
    highest_ = std::max(highest_, accepted);
    joined_.insert(server);
    if (!membership_->is_quorum(joined_)) return;
    PADDOCK_CHECK(highest_ < UINT32_MAX, "no epoch is left after {}", highest_);
    epoch_ = highest_ + 1;
  }
  // Nothing until a quorum has joined.
  std::optional<uint32_t> epoch() const { return epoch_; }

  // ACKEPOCH. True if this makes the quorum.
  bool promise(ServerId server) { return completes(promised_, server); }
  // The ACK of NEWLEADER. True if this makes the quorum.
  bool hold_history(ServerId server) { return completes(holding_, server); }

 private:
  bool completes(std::set<ServerId>& servers, ServerId server) {
    const bool complete = membership_->is_quorum(servers);
    servers.insert(server);
    return !complete && membership_->is_quorum(servers);
  }

  const Membership* membership_;
  uint32_t highest_ = 0;
  std::optional<uint32_t> epoch_;
  std::set<ServerId> joined_;
  std::set<ServerId> promised_;
  std::set<ServerId> holding_;
};

}  // namespace paddock::zab
