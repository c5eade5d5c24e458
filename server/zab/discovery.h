// Discovery: how a leader gets an epoch that nobody else can have (spec/quorum-protocol.md 6.2). A quorum
// names the highest epoch it ever accepted; one above all of them is the new one; it is established once a
// quorum has promised, durably, to follow nobody below it; and in use once a quorum holds its initial
// history. Each of these quorums includes the leader.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>

#include "protocol/base/ids.h"
#include "server/zab/configs.h"

namespace paddock::zab {

// Zxids are compared as signed numbers, so no epoch at or above 2^31 can be led.
inline constexpr uint32_t kLastEpoch = 0x7ffffffe;

class Discovery {
 public:
  // `configs` must outlive the discovery.
  Discovery(const Configs& configs, ServerId self) : configs_(&configs), self_(self) {}

  // FOLLOWERINFO: `server` has accepted epochs up to this one; only voters make the quorum. Ignored once the
  // epoch is fixed. Requires: accepted <= kLastEpoch.
  void join(ServerId server, uint32_t accepted) {
    if (epoch_) return;
    highest_ = std::max(highest_, accepted);
    joined_.insert(server);
    if (complete(joined_)) epoch_ = highest_ + 1;
  }
  // Nothing until a quorum has joined.
  std::optional<uint32_t> epoch() const { return epoch_; }

  // What this server said came by a link that is gone, and it may be another server by now: one whose disk was
  // wiped, and which promises anew to somebody else.
  void forget(ServerId server) {
    promised_.erase(server);
    holding_.erase(server);
  }

  // ACKEPOCH.
  void promise(ServerId server) { promised_.insert(server); }
  bool has_promise(ServerId server) const { return promised_.contains(server); }
  bool promised() const { return complete(promised_); }
  // The ACK of NEWLEADER.
  void hold_history(ServerId server) { holding_.insert(server); }
  bool history_held() const { return complete(holding_); }

 private:
  bool complete(const std::set<ServerId>& servers) const {
    return servers.contains(self_) && configs_->is_quorum(servers);
  }

  const Configs* configs_;
  ServerId self_;
  uint32_t highest_ = 0;
  std::optional<uint32_t> epoch_;
  std::set<ServerId> joined_;
  std::set<ServerId> promised_;
  std::set<ServerId> holding_;
};

}  // namespace paddock::zab
