#include "server/zab/ack_tally.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace paddock::zab {

void AckTally::acknowledge(ServerId server, Zxid position) {
  if (!configs_->is_voter(server)) return;
  Zxid& known = positions_[server];
  if (position <= known) return;
  known = position;
  changed_ = true;
}

Zxid AckTally::agreed() {
  const bool reconfigured = std::exchange(revision_, configs_->revision()) != configs_->revision();
  const bool relied = std::exchange(sole_, configs_->sole()) != configs_->sole();
  if (!std::exchange(changed_, false) && !reconfigured && !relied) return agreed_;
  std::vector<std::pair<Zxid, ServerId>> ahead;
  for (const auto& [id, at] : positions_) {
    if (at > agreed_) ahead.emplace_back(at, id);
  }
  std::sort(ahead.rbegin(), ahead.rend());
  std::set<ServerId> holders;
  for (const auto& [at, id] : ahead) {
    holders.insert(id);
    if (configs_->is_quorum_for(at, holders)) return agreed_ = std::max(agreed_, at);
    // What was proposed before the reconfiguration does not wait for the new quorum.
    const Zxid before{configs_->proposed().version - 1};
    if (before > agreed_ && before < at && configs_->is_quorum_for(before, holders)) agreed_ = before;
  }
  return agreed_;
}

std::optional<Zxid> AckTally::position_of(ServerId server) const {
  const auto found = positions_.find(server);
  if (found == positions_.end()) return std::nullopt;
  return found->second;
}

}  // namespace paddock::zab
