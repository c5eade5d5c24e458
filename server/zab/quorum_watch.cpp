#include "server/zab/quorum_watch.h"

#include <set>

namespace paddock::zab {

bool QuorumWatch::has_quorum(const LearnerLinks& links) const {
  std::set<ServerId> following{core_.options.self};
  links.for_each([&](const LearnerLink& link) {
    if (link.counts && link.is_active() && !silent_for(link, core_.sync_limit_ms())) {
      following.insert(link.server);
    }
  });
  return core_.membership.is_quorum(following);
}

bool QuorumWatch::condemns(const LearnerLink& link) const {
  using Stage = LearnerLink::Stage;
  switch (link.stage) {
    case Stage::joined:
    case Stage::promised:
    case Stage::held:
      return false;  // it waits for this leader
    case Stage::arrived:
    case Stage::promising:
    case Stage::syncing:
    case Stage::holding:
      return silent_for(link, core_.init_limit_ms());
    case Stage::active:
      break;
  }
  const auto& waiting = link.unacknowledged;
  return silent_for(link, core_.sync_limit_ms()) ||
         (waiting && core_.now > waiting->oldest_sent.plus_ms(core_.sync_limit_ms()));
}

}  // namespace paddock::zab
