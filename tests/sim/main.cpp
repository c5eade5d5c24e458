// The simulator as a program: runs seeds, and says what they found.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>

#include "tests/sim/run.h"

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
  }
};

void print_seed(uint64_t seed, const RunResult& result) {
  fmt::print("seed {}: {}\n", seed, result.knobs);
  fmt::print(
      "  hash {:016x}, {:.1f} s, {} events, {} faults, {} answers, {} committed, {} epochs, {} snapshots, {} "
      "truncations, healed in {} ms\n",
      result.hash, static_cast<double>(result.virtual_ms) / 1000, result.events, result.faults,
      result.answers, result.committed, result.elections, result.snapshots, result.truncations,
      result.recovery_ms);
}

void print_broken(uint64_t seed, const RunResult& result) {
  fmt::print("seed {} breaks {}: {}\n", seed, result.violation->rule, result.violation->what);
}

void print_totals(const Totals& totals, double seconds) {
  const double hours = static_cast<double>(totals.virtual_ms) / 3'600'000;
  fmt::print(
      "{} seeds, {} broken, {:.2f} simulated hours in {:.1f} s: {:.0f} times real time, {:.1f} seeds/s\n",
      totals.seeds, totals.broken, hours, seconds, hours * 3600 / seconds,
      static_cast<double>(totals.seeds) / seconds);
  fmt::print("{} events, {} faults, {} writes, {} epochs, {} snapshots, {} truncations; hash {:016x}\n",
             totals.events, totals.faults, totals.writes, totals.elections, totals.snapshots,
             totals.truncations, totals.hash);
}

// One line for scripts/soak.
void print_summary(const Totals& totals) {
  fmt::print(
      "summary seeds={} broken={} virtual_ms={} faults={} writes={} epochs={} snapshots={} truncations={} "
      "hash={:016x} first={:016x}\n",
      totals.seeds, totals.broken, totals.virtual_ms, totals.faults, totals.writes, totals.elections,
      totals.snapshots, totals.truncations, totals.hash, totals.first_hash);
}

struct Arguments {
  uint64_t first = 1;
  uint64_t last = 1;
  int servers = 0;
  bool trace = false;
  bool verbose = false;
  bool keep_going = false;
};

int simulate(const Arguments& arguments) {
  Totals totals;
  const auto start = std::chrono::steady_clock::now();
  for (uint64_t seed = arguments.first; seed <= arguments.last; ++seed) {
    const RunResult result = run({seed, arguments.servers, arguments.trace ? stdout : nullptr,
                                  arguments.trace || arguments.keep_going ? nullptr : stdout});
    totals.add(result);
    if (arguments.verbose || arguments.first == arguments.last) print_seed(seed, result);
    if (!result.violation) continue;
    print_broken(seed, result);
    if (!arguments.keep_going) break;
  }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  print_totals(totals, taken.count());
  print_summary(totals);
  return totals.broken > 0 ? 1 : 0;
}

// "7" or "1..500".
bool parse_range(const std::string& text, Arguments& arguments) {
  const size_t dots = text.find("..");
  char* end = nullptr;
  arguments.first = std::strtoull(text.c_str(), &end, 10);
  if (dots == std::string::npos) {
    arguments.last = arguments.first;
    return *end == '\0';
  }
  arguments.last = std::strtoull(text.c_str() + dots + 2, &end, 10);
  return *end == '\0' && arguments.last >= arguments.first;
}

}  // namespace
}  // namespace paddock::sim

int main(int argc, char** argv) {
  using namespace paddock::sim;
  CLI::App app("Runs a Paddock ensemble in a simulated world, one seed after another");
  Arguments arguments;
  std::string seeds = "1..100";
  app.add_option("--seeds,--seed", seeds, "which seeds: 7 or 1..500");
  app.add_option("--servers", arguments.servers, "voters; 0: as each seed says");
  app.add_flag("--trace", arguments.trace, "tell everything that happens");
  app.add_flag("--verbose", arguments.verbose, "a report of each seed");
  app.add_flag("--keep-going", arguments.keep_going, "go on after a seed that broke a rule");
  CLI11_PARSE(app, argc, argv);
  if (!parse_range(seeds, arguments)) {
    fmt::print(stderr, "--seeds takes 7 or 1..500, not '{}'\n", seeds);
    return 2;
  }
  return simulate(arguments);
}
