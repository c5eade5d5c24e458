#include "tests/recipe_sim/plan.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <initializer_list>

namespace paddock::recipe_sim {
namespace {

int64_t between(Random& random, int64_t low, int64_t high) {
  return low + static_cast<int64_t>(random.below(static_cast<uint64_t>(high - low + 1)));
}

}  // namespace

const std::vector<std::string>& all_recipes() {
  static const std::vector<std::string> all = {
      "lock",  "read-write lock", "semaphore",  "election",        "latch",
      "queue", "locking queue",   "counter",    "double barrier",  "persistent node",
      "lease", "watch",           "multi-lock", "set partitioner", "service"};
  return all;
}

sim::Knobs draw_servers(Random random, int forced_voters) {
  sim::Knobs knobs = sim::draw_knobs(random, forced_voters);
  knobs.reconfig_every = knobs.config_loss = 0;
  knobs.spares = 0;
  knobs.client_reset = knobs.client_death = 0;
  knobs.acls = false;
  // Each turn takes some transactions, and nobody gets one whose epoch ends before.
  knobs.last_counter = std::max<uint32_t>(knobs.last_counter, 200);
  knobs.session_timeout_ms = std::max(knobs.session_timeout_ms, 4 * knobs.tick_ms);
  return knobs;
}

Plan draw_plan(Random random, const sim::Knobs& servers, const std::string& only) {
  Plan plan;
  plan.programs = static_cast<int>(between(random, 2, 4));
  plan.recipes = all_recipes();
  const auto wanted = static_cast<size_t>(between(random, 1, 3));
  while (plan.recipes.size() > wanted) {
    plan.recipes.erase(plan.recipes.begin() + static_cast<int64_t>(random.below(plan.recipes.size())));
  }
  if (!only.empty()) plan.recipes = {only};
  plan.leases = static_cast<size_t>(between(random, 1, 3));
  plan.naming = random.one_in(2) ? recipes::Naming::kazoo : recipes::Naming::curator;
  plan.hold_ms = between(random, 1, servers.session_timeout_ms);
  plan.rest_ms = between(random, servers.tick_ms / 20, servers.tick_ms);
  plan.fault_every_ms = between(random, servers.tick_ms / 2, servers.tick_ms * 6);
  plan.fault_lasts_ms = between(random, servers.tick_ms / 2, servers.session_timeout_ms * 2);
  plan.vandal = random.one_in(4);
  return plan;
}

std::string Plan::describe() const {
  return fmt::format(
      "{} programs use {} ({} leases, {}), hold for {} ms, rest for {} ms, faults every {} ms "
      "for {} ms{}",
      programs, fmt::join(recipes, ", "), leases, naming == recipes::Naming::kazoo ? "kazoo" : "curator",
      hold_ms, rest_ms, fault_every_ms, fault_lasts_ms, vandal ? ", a vandal" : "");
}

}  // namespace paddock::recipe_sim
