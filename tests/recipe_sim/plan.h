// Plan: what a seed's programs do, beside what its servers suffer.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "client/recipes/hold.h"
#include "client/recipes/naming.h"
#include "protocol/base/random.h"
#include "tests/sim/knobs.h"

namespace paddock::recipe_sim {

struct Plan {
  int programs = 3;
  std::vector<std::string> recipes;                 // those that every program uses
  size_t leases = 2;                                // of the semaphore
  recipes::Naming naming = recipes::Naming::kazoo;  // where all have to agree on one
  int64_t hold_ms = 100;                            // about: how long something is held
  int64_t rest_ms = 50;                             // about: between two attempts
  int64_t fault_every_ms = 500;                     // of programs
  int64_t fault_lasts_ms = 500;
  bool vandal = false;  // somebody deletes places and makes foreign nodes
  std::string describe() const;
};

// The servers' knobs, as the simulator of servers draws them, but for what programs cannot do with.
sim::Knobs draw_servers(Random random, int forced_voters);
// `only`: one recipe; empty: as the seed says.
Plan draw_plan(Random random, const sim::Knobs& servers, const std::string& only);

// All that there are.
const std::vector<std::string>& all_recipes();

}  // namespace paddock::recipe_sim
