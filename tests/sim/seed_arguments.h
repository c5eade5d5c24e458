// SeedArguments: what a simulator's command line says of seeds and of what is told about them.
#pragma once

#include <cstdint>
#include <cstdio>
#include <map>
#include <string>

namespace CLI {
class App;
}

namespace paddock::sim {

struct SeedArguments {
  uint64_t first = 1;
  uint64_t last = 100;
  bool trace = false;
  bool verbose = false;
  bool keep_going = false;

  // The options, which write into this object. A range that is none ends the parsing with a message.
  void add_to(CLI::App& app);

  // Where everything is told as it happens, if anywhere; where the last lines are told before what broke.
  FILE* live() const { return trace ? stdout : nullptr; }
  FILE* on_violation() const { return trace || keep_going ? nullptr : stdout; }
  bool reports_each() const { return verbose || first == last; }
};

// "crash 7, pause 3": how many runs had what.
std::string coverage_text(const std::map<std::string, uint64_t>& runs);

}  // namespace paddock::sim
