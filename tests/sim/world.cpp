#include "tests/sim/world.h"

#include "tests/sim/election_mesh.h"
#include "tests/sim/rules.h"
#include "tests/sim/server.h"

namespace paddock::sim {

World::World(const Knobs& drawn, Trace& told, Random random)
    : knobs(drawn), trace(told), net(scheduler, knobs, random) {}
World::~World() = default;

Server& World::server(ServerId id) {
  return *servers.at(static_cast<size_t>(id.value - 1));
}

}  // namespace paddock::sim
