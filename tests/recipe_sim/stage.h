// Stage: what the programs of a run have in common.
#pragma once

#include <utility>

#include "tests/recipe_sim/court.h"
#include "tests/recipe_sim/ledger.h"
#include "tests/recipe_sim/plan.h"

namespace paddock::recipe_sim {

struct Stage {
  Stage(sim::World& of, Plan drawn) : world(of), court(of), plan(std::move(drawn)) {}

  sim::World& world;
  Court court;
  const Plan plan;
  Ledger ledger;
};

}  // namespace paddock::recipe_sim
