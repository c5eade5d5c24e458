#include "server/zab/quorum_watch.h"

namespace paddock::zab {

std::set<ServerId> QuorumWatch::followers(const LearnerLinks& links) const {
  std::set<ServerId> following{core_.options.self};
  links.for_each([&](const LearnerLink& link) {
    if (link.counts && link.is_serving() && !silent_for(link, core_.sync_limit_ms())) {
      following.insert(link.server);
    }
  });
  return following;
}

bool QuorumWatch::has_quorum(const LearnerLinks& links) const {
  return core_.configs.is_quorum(followers(links));
}

}  // namespace paddock::zab
