#include "server/zab/master_rota.h"

#include <algorithm>
#include <utility>

#include "server/zab/engine.h"

namespace paddock::zab {

MasterRota::MasterRota(const EngineOptions& options, Random random)
    : port_(options.observer_master_port),
      election_delay_ms_(options.observer_election_delay_ms),
      reconnect_delay_ms_(options.observer_reconnect_delay_ms),
      random_(random) {}

MasterRota::Master MasterRota::leader_itself(const Configs& configs, ServerId leader) const {
  const Member* member = configs.find(leader);
  return {leader, member ? member->quorum : std::vector<Address>()};
}

MasterRota::Master MasterRota::next(const Configs& configs, ServerId leader) {
  if (!is_used()) return leader_itself(configs, leader);
  draw(configs);
  const auto take = [this] { return order_[next_++ % order_.size()]; };
  ServerId master = take();
  if (master == leader) master = take();
  if (master == leader) return leader_itself(configs, leader);
  std::vector<Address> addresses = configs.find(master)->quorum;
  for (Address& address : addresses) address.port = port_;
  return {master, std::move(addresses)};
}

// Anew for each configuration.
void MasterRota::draw(const Configs& configs) {
  std::vector<ServerId> voters;
  for (const auto& [id, member] : configs.committed().members) {
    if (!member.observer) voters.push_back(id);
  }
  if (std::is_permutation(voters.begin(), voters.end(), order_.begin(), order_.end())) return;
  for (size_t left = voters.size(); left > 1; --left)
    std::swap(voters[left - 1], voters[random_.below(left)]);
  order_ = std::move(voters);
  next_ = 0;
}

}  // namespace paddock::zab
