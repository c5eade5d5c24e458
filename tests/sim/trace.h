// Trace: what happened, told line by line. Its hash is the run's fingerprint: the same seed gives the same
// hash. The last lines are kept for whoever has to explain a failure.
#pragma once

#include <fmt/format.h>  // clang 14 and libfmt.so name the parts of core.h differently

#include <cstdint>
#include <cstdio>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/base/time.h"

namespace paddock::sim {

// "3:7" for (3,7).
inline std::string text(Zxid zxid) {
  return fmt::format("{}:{}", zxid.epoch(), zxid.counter());
}

class Trace {
 public:
  // `out`: where each line goes as it is told; null: nowhere.
  explicit Trace(std::FILE* out) : out_(out), tail_(kTail) {}

  template <class... Args>
  void tell(Instant now, fmt::format_string<Args...> format, Args&&... args) {
    line_.clear();
    fmt::format_to(std::back_inserter(line_), "{:>10}.{:03} ", now.ns / 1'000'000, now.ns / 1'000 % 1'000);
    fmt::format_to(std::back_inserter(line_), format, std::forward<Args>(args)...);
    keep();
  }

  uint64_t hash() const { return hash_; }
  uint64_t lines() const { return lines_; }
  // The last lines, oldest first.
  void print_tail(std::FILE* to) const;

 private:
  static constexpr size_t kTail = 400;
  void keep();

  std::FILE* out_;
  std::string line_;
  uint64_t hash_ = 0xcbf29ce484222325ULL;
  uint64_t lines_ = 0;
  std::vector<std::string> tail_;  // a ring
};

}  // namespace paddock::sim
