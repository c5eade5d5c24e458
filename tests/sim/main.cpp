// The simulator as a program: runs seeds, and says what they found.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <ctime>
#include <map>
#include <string>

#include "tests/sim/run.h"
#include "tests/sim/seed_arguments.h"

namespace paddock::sim {
namespace {

struct Totals {
  uint64_t seeds = 0;
  uint64_t first_hash = 0;  // of the first seed alone
  uint64_t broken = 0;
  uint64_t hash = 0;
  int64_t virtual_ms = 0;
  uint64_t events = 0;
  uint64_t writes = 0;
  uint64_t elections = 0;
  uint64_t snapshots = 0;
  uint64_t truncations = 0;
  uint64_t faults = 0;
  uint64_t reconfigurations = 0;
  std::map<std::string, uint64_t> coverage;  // how many runs had it

  void add(const RunResult& result) {
    if (seeds++ == 0) first_hash = result.hash;
    broken += result.violation ? 1 : 0;
    hash = (hash ^ result.hash) * 0x100000001b3ULL;
    virtual_ms += result.virtual_ms;
    events += result.events;
    writes += result.writes;
    elections += result.elections;
    snapshots += result.snapshots;
    truncations += result.truncations;
    faults += result.faults;
    reconfigurations += result.reconfigurations;
    for (const std::string& kind : result.coverage) ++coverage[kind];
  }
};

void print_seed(uint64_t seed, const RunResult& result) {
  fmt::print("seed {}: {}\n", seed, result.knobs);
  fmt::print(
      "  hash {:016x}, {:.1f} s, {} events, {} faults, {} answers, {} committed, {} epochs, {} snapshots, {} "
      "truncations, {} reconfigurations, healed in {} ms\n",
      result.hash, static_cast<double>(result.virtual_ms) / 1000, result.events, result.faults,
      result.answers, result.committed, result.elections, result.snapshots, result.truncations,
      result.reconfigurations, result.recovery_ms);
}

void print_broken(uint64_t seed, const RunResult& result) {
  fmt::print("seed {} breaks {}: {}\n", seed, result.violation->rule, result.violation->what);
}

// CPU seconds: those of one core, however busy the machine is with something else.
void print_totals(const Totals& totals, double seconds) {
  const double hours = static_cast<double>(totals.virtual_ms) / 3'600'000;
  fmt::print(
      "{} seeds, {} broken, {:.2f} simulated hours in {:.1f} CPU seconds: {:.0f} times real time, {:.4f} CPU "
      "s a "
      "seed\n",
      totals.seeds, totals.broken, hours, seconds, hours * 3600 / seconds,
      seconds / static_cast<double>(totals.seeds));
}

void print_counts(const Totals& totals) {
  fmt::print(
      "{} events, {} faults, {} writes, {} reconfigurations, {} epochs, {} snapshots, {} truncations; hash "
      "{:016x}\n",
      totals.events, totals.faults, totals.writes, totals.reconfigurations, totals.elections,
      totals.snapshots, totals.truncations, totals.hash);
  fmt::print("runs with: {}\n", coverage_text(totals.coverage));
}

// One line for scripts/soak.
void print_summary(const Totals& totals) {
  fmt::print(
      "summary seeds={} broken={} virtual_ms={} faults={} writes={} epochs={} snapshots={} truncations={} "
      "hash={:016x} first={:016x}\n",
      totals.seeds, totals.broken, totals.virtual_ms, totals.faults, totals.writes, totals.elections,
      totals.snapshots, totals.truncations, totals.hash, totals.first_hash);
}

int simulate(const SeedArguments& arguments, int servers) {
  Totals totals;
  const std::clock_t start = std::clock();
  for (uint64_t seed = arguments.first; seed <= arguments.last; ++seed) {
    const RunResult result = run({seed, servers, arguments.live(), arguments.on_violation()});
    totals.add(result);
    if (arguments.reports_each()) print_seed(seed, result);
    if (!result.violation) continue;
    print_broken(seed, result);
    if (!arguments.keep_going) break;
  }
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  print_counts(totals);
  print_summary(totals);
  print_totals(totals, seconds);
  return totals.broken > 0 ? 1 : 0;
}

}  // namespace
}  // namespace paddock::sim

int main(int argc, char** argv) {
  using namespace paddock::sim;
  CLI::App app("Runs a Paddock ensemble in a simulated world, one seed after another");
  SeedArguments arguments;
  int servers = 0;
  arguments.add_to(app);
  app.add_option("--servers", servers, "voters; 0: as each seed says");
  CLI11_PARSE(app, argc, argv);
  return simulate(arguments, servers);
}
