// The program `paddock`: the shell, and the tools that come with it.
#include <string>
#include <vector>

#include "client/bench/bench.h"

int main(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  if (!arguments.empty() && arguments.front() == "bench") {
    arguments.erase(arguments.begin());
    return paddock::client::bench::bench_main("", std::move(arguments));
  }
  return 127;
}
