#include "server/zab/link_watch.h"

namespace paddock::zab {

bool LinkWatch::condemns(const LearnerLink& link) const {
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
