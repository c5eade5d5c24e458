#include "server/zab/quorum_watch.h"

#include <set>

namespace paddock::zab {

bool QuorumWatch::has_quorum(const LearnerLinks& links) const {
  std::set<ServerId> following{core_.options.self};
  links.for_each([&](const LearnerLink& link) {
    if (link.counts && link.is_serving() && !silent_for(link, core_.sync_limit_ms())) {
      following.insert(link.server);
    }
  });
  return core_.configs.is_quorum(following);
}

}  // namespace paddock::zab
