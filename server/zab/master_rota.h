// MasterRota: whom an observer takes its history from when followers offer it (observerMasterPort), and how
// long it rests before it asks. Every observer has an order of its own, so that they spread over the
// followers.
//
// Owner: Core; it outlives roles, so that a master that was lost is the last to be tried again.
//
// Invariants
// 1. All voters but the leader take turns: it takes observers on its quorum port alone.
// 2. Without observerMasterPort, or without another voter, the leader is the only choice.
#pragma once

#include <cstdint>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/base/random.h"
#include "server/zab/configs.h"
#include "server/zab/membership.h"

namespace paddock::zab {

struct EngineOptions;

class MasterRota {
 public:
  // How long one is dialled before it is the next one's turn.
  static constexpr int64_t kTurnMs = 100;

  struct Master {
    ServerId server;
    std::vector<Address> addresses;
  };

  MasterRota(const EngineOptions& options, Random random);

  bool is_used() const { return port_ > 0; }
  Master leader_itself(const Configs& configs, ServerId leader) const;
  Master next(const Configs& configs, ServerId leader);

  int64_t rest_before_election_ms() { return up_to(election_delay_ms_); }
  int64_t rest_before_connecting_ms() { return up_to(reconnect_delay_ms_); }

 private:
  void draw(const Configs& configs);
  int64_t up_to(int64_t most_ms) {
    return most_ms > 0 ? static_cast<int64_t>(random_.below(static_cast<uint64_t>(most_ms))) : 0;
  }

  const int32_t port_;
  const int64_t election_delay_ms_;
  const int64_t reconnect_delay_ms_;
  Random random_;
  std::vector<ServerId> order_;  // the voters
  size_t next_ = 0;
};

}  // namespace paddock::zab
