// Progress: how far long work has come, on the last line of a terminal's standard error. Shows nothing
// elsewhere, and nothing for work that is done within a moment.
//
// Owner: one thread; the line is gone when it is.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace paddock::client::shell {

class Progress {
 public:
  // `total` 0: unknown.
  Progress(std::string_view done_what, size_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void add(size_t count);

 private:
  using Clock = std::chrono::steady_clock;

  const std::string done_what_;
  const size_t total_;
  const bool wanted_;
  size_t count_ = 0;
  Clock::time_point next_;
  bool shown_ = false;
};

// "deleted 300 of 1000 [===       ]"
std::string progress_text(std::string_view done_what, size_t count, size_t total);

}  // namespace paddock::client::shell
