#include "tests/sim/ensemble.h"

#include <fmt/core.h>

namespace paddock::sim {

zab::Member member_of(ServerId server) {
  const std::string host = fmt::format("server{}", server.value);
  zab::Member member;
  member.id = server;
  member.quorum = {{host, 2888}};
  member.election = {{host, 3888}};
  member.client = {"0.0.0.0", 2181};
  return member;
}

zab::Membership membership_of(const Knobs& knobs) {
  zab::Membership membership;
  if (knobs.servers() == 1) return membership;
  membership.hierarchical = !knobs.weights.empty();
  for (int server = 1; server <= knobs.voters + knobs.observers; ++server) {
    zab::Member member = member_of(ServerId{server});
    member.observer = server > knobs.voters;
    if (membership.hierarchical && !member.observer) {
      const Knobs::Weight& weight = knobs.weights[static_cast<size_t>(server - 1)];
      member.group = weight.group;
      member.weight = weight.weight;
    }
    membership.members[member.id] = member;
  }
  return membership;
}

// At least one of the voters, else it would be an ensemble of its own. It calls itself a voter: who is an
// observer by its own file has no vote before it has heard of the reconfiguration that makes it a voter. If
// that needs its vote and the leader ends before it has heard, nobody leads until the operator mends the file
// (in ZooKeeper, too).
zab::Membership membership_given_to(ServerId server, const Knobs& knobs, Random& random) {
  const zab::Membership all = membership_of(knobs);
  if (all.members.empty() || all.members.contains(server)) return all;
  zab::Membership given;
  given.members[server] = member_of(server);
  const ServerId known{1 + static_cast<int64_t>(random.below(static_cast<uint64_t>(knobs.voters)))};
  for (const auto& [id, member] : all.members) {
    if (id == known || random.one_in(2)) given.members[id] = member;
  }
  return given;
}

}  // namespace paddock::sim
