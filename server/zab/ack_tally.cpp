#include "server/zab/ack_tally.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace paddock::zab {

void AckTally::acknowledge(ServerId server, Zxid position) {
  if (!membership_->is_voter(server)) return;
  Zxid& known = positions_[server];
  if (position <= known) return;
  known = position;
  changed_ = true;
}

Zxid AckTally::agreed() {
  if (!std::exchange(changed_, false)) return agreed_;
  std::vector<std::pair<Zxid, ServerId>> ahead;
  for (const auto& [id, at] : positions_) {
    if (at > agreed_) ahead.emplace_back(at, id);
  }
  std::sort(ahead.rbegin(), ahead.rend());
  std::set<ServerId> holders;
  for (const auto& [at, id] : ahead) {
    holders.insert(id);
    if (membership_->is_quorum(holders)) return agreed_ = at;
  }
  return agreed_;
}

}  // namespace paddock::zab
