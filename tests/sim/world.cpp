#include "tests/sim/world.h"

#include <algorithm>

#include "tests/sim/election_mesh.h"
#include "tests/sim/ensemble.h"
#include "tests/sim/rules.h"
#include "tests/sim/server.h"

namespace paddock::sim {

World::World(const Knobs& drawn, Trace& told, Random random)
    : knobs(drawn),
      membership(membership_of(knobs)),
      trace(told),
      coverage(knobs.coverage()),
      net(scheduler, knobs, random) {}
World::~World() = default;

bool World::is_quorum(const std::set<ServerId>& servers) const {
  return std::all_of(this->servers.begin(), this->servers.end(), [&](const auto& server) {
    return sim::is_quorum(rules->configs().behind_last(server->disk().asked()), servers);
  });
}

bool World::is_voter(ServerId id) const {
  const zab::Membership& last = rules->configs().last();
  return last.members.empty() || last.is_voter(id);
}

Server& World::server(ServerId id) {
  return *servers.at(static_cast<size_t>(id.value - 1));
}

}  // namespace paddock::sim
