// StalenessChecker: C5. What a server tells its clients may be old, and how old has a bound: a learner that
// has not heard from its leader for longer serves nobody, nor does a leader that has not heard from a quorum.
// By the clock of the server that serves.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "protocol/base/ids.h"
#include "protocol/base/time.h"

namespace paddock::sim {

class StalenessChecker {
 public:
  // Whether these are a quorum for a leader.
  using IsQuorum = std::function<bool(ServerId leader, const std::set<ServerId>&)>;

  StalenessChecker(IsQuorum is_quorum, int64_t learner_limit_ms, int64_t leader_limit_ms)
      : is_quorum_(std::move(is_quorum)),
        learner_limit_ms_(learner_limit_ms),
        leader_limit_ms_(leader_limit_ms) {}

  // A packet of `peer` has come to `server`.
  void hears(ServerId server, ServerId peer, Instant now) { heard_[server][peer] = now; }
  // It begins to serve: what it knows then is no older than its epoch.
  void begins(ServerId server, Instant now) { since_[server] = now; }
  // It still serves, whether anybody asks it or not. Requires: it has begun.
  void learner_serves(ServerId server, ServerId leader, Instant now) const;
  void leader_serves(ServerId server, Instant now) const;
  void ended(ServerId server);

 private:
  Instant last_heard(ServerId server, ServerId peer) const;

  const IsQuorum is_quorum_;
  const int64_t learner_limit_ms_;
  const int64_t leader_limit_ms_;
  std::map<ServerId, std::map<ServerId, Instant>> heard_;
  std::map<ServerId, Instant> since_;
};

}  // namespace paddock::sim
