// Violation: a rule of reference/reliability.md section 3 was broken. Thrown by the checkers, caught by the
// run.
#pragma once

#include <fmt/core.h>

#include <string>
#include <utility>

namespace paddock::sim {

struct Violation {
  std::string rule;  // "Z10", "C4", ...
  std::string what;
};

template <class... Args>
void require(bool holds, const char* rule, fmt::format_string<Args...> format, Args&&... args) {
  if (!holds) throw Violation{rule, fmt::format(format, std::forward<Args>(args)...)};
}

}  // namespace paddock::sim
