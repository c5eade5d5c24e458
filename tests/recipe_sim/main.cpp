// The simulator of recipes as a program: runs seeds, and says what they found.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <ctime>
#include <map>
#include <string>

#include "tests/recipe_sim/plan.h"
#include "tests/recipe_sim/run.h"
#include "tests/sim/seed_arguments.h"

namespace paddock::recipe_sim {
namespace {

struct Totals {
  uint64_t seeds = 0;
  uint64_t broken = 0;
  uint64_t first_hash = 0;  // of the first seed alone
  uint64_t hash = 0;
  int64_t virtual_ms = 0;
  uint64_t faults = 0;
  uint64_t kills = 0;
  uint64_t grants = 0;
  uint64_t sessions = 0;
  uint64_t committed = 0;
  std::map<std::string, uint64_t> coverage;  // how many runs had it

  void add(const RunResult& result) {
    if (seeds++ == 0) first_hash = result.hash;
    broken += result.violation ? 1 : 0;
    hash = (hash ^ result.hash) * 0x100000001b3ULL;
    virtual_ms += result.virtual_ms;
    faults += result.faults;
    kills += result.kills;
    grants += result.grants;
    sessions += result.sessions;
    committed += result.committed;
    for (const std::string& kind : result.coverage) ++coverage[kind];
  }
};

struct Arguments {
  sim::SeedArguments seeds;
  int servers = 0;
  std::string recipe;
};

void print_seed(uint64_t seed, const RunResult& result) {
  fmt::print("seed {}: {}\n", seed, result.plan);
  fmt::print(
      "  hash {:016x}, {:.1f} s, {} faults, {} programs killed, {} grants, {} sessions, {} committed\n",
      result.hash, static_cast<double>(result.virtual_ms) / 1000, result.faults, result.kills, result.grants,
      result.sessions, result.committed);
}

// The second line is for scripts/soak.
void print_totals(const Totals& totals, double seconds) {
  fmt::print("runs with: {}\n", sim::coverage_text(totals.coverage));
  fmt::print(
      "summary seeds={} broken={} virtual_ms={} faults={} kills={} grants={} sessions={} writes={} "
      "hash={:016x} first={:016x}\n",
      totals.seeds, totals.broken, totals.virtual_ms, totals.faults, totals.kills, totals.grants,
      totals.sessions, totals.committed, totals.hash, totals.first_hash);
  const double hours = static_cast<double>(totals.virtual_ms) / 3'600'000;
  fmt::print("{} seeds, {} broken, {:.2f} simulated hours in {:.1f} CPU seconds, {:.4f} CPU s a seed\n",
             totals.seeds, totals.broken, hours, seconds, seconds / static_cast<double>(totals.seeds));
}

int simulate(const Arguments& arguments) {
  Totals totals;
  const std::clock_t start = std::clock();
  const sim::SeedArguments& seeds = arguments.seeds;
  for (uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
    const RunResult result =
        run({seed, arguments.servers, arguments.recipe, seeds.live(), seeds.on_violation()});
    totals.add(result);
    if (seeds.reports_each()) print_seed(seed, result);
    if (!result.violation) continue;
    fmt::print("seed {} breaks {}: {}\n", seed, result.violation->rule, result.violation->what);
    if (!seeds.keep_going) break;
  }
  print_totals(totals, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  return totals.broken > 0 ? 1 : 0;
}

}  // namespace
}  // namespace paddock::recipe_sim

int main(int argc, char** argv) {
  using namespace paddock::recipe_sim;
  CLI::App app("Runs programs that use recipes in a simulated world, one seed after another");
  Arguments arguments;
  arguments.seeds.add_to(app);
  app.add_option("--servers", arguments.servers, "voters; 0: as each seed says");
  app.add_option("--recipe", arguments.recipe, "only this recipe; otherwise as each seed says")
      ->check(CLI::IsMember(all_recipes()));
  CLI11_PARSE(app, argc, argv);
  return simulate(arguments);
}
