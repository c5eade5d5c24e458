// ObserverRequests: what the observers of a follower send for their clients. Everything goes on to the leader
// as this server's own; of what is answered to one learner alone, syncs and sessions that come back, it is
// remembered which observer asked.
//
// Owner: LearnerService.
//
// Invariants
// 1. What goes on is what this server itself might have sent: its own link is closed for anything else. What
//    is not ends the observer's link.
// 2. Requests and answers keep their order, among the observers' and this server's own.
#pragma once

#include "protocol/base/time.h"
#include "server/replica/forwarding.h"
#include "server/replica/revalidation.h"
#include "server/replica/touches.h"
#include "server/zab/engine.h"
#include "server/zab/ready.h"

namespace paddock::replica {

class ObserverRequests {
 public:
  // All must outlive it.
  ObserverRequests(zab::Engine& engine, Touches& touches, Forwarding& forwarding, Revalidation& revalidation)
      : engine_(engine), touches_(touches), forwarding_(forwarding), revalidation_(revalidation) {}

  void take(const zab::FromLearner& packet, Now now);

 private:
  // False: it cannot be read, or no leader could do anything with it.
  [[nodiscard]] bool pass_on(const zab::FromLearner& packet);
  [[nodiscard]] bool request(const zab::FromLearner& packet);
  [[nodiscard]] bool revalidate(const zab::FromLearner& packet);
  [[nodiscard]] bool touch(const zab::FromLearner& packet);

  zab::Engine& engine_;
  Touches& touches_;
  Forwarding& forwarding_;
  Revalidation& revalidation_;
};

}  // namespace paddock::replica
