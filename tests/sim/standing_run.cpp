#include "tests/sim/standing_run.h"

#include <csignal>
#include <cstdio>

namespace paddock::sim {
namespace {

uint64_t standing_seed = 0;
const Trace* standing_trace = nullptr;

// A test program that is about to die may call what a server's handler may not.
void explain(int signal) {
  std::signal(signal, SIG_DFL);
  if (standing_trace != nullptr) {
    standing_trace->print_tail(stderr);
    std::fprintf(stderr, "seed %llu: the process was ended by signal %d\n",
                 static_cast<unsigned long long>(standing_seed), signal);
  }
  std::raise(signal);
}

}  // namespace

StandingRun::StandingRun(uint64_t seed, const Trace& trace) {
  standing_seed = seed;
  standing_trace = &trace;
  for (const int signal : {SIGABRT, SIGSEGV, SIGTERM}) std::signal(signal, explain);
}

StandingRun::~StandingRun() {
  standing_trace = nullptr;
}

}  // namespace paddock::sim
