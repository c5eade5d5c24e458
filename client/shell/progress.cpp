#include "client/shell/progress.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

namespace paddock::client::shell {
namespace {

constexpr auto kMoment = std::chrono::milliseconds(500);
constexpr auto kBetween = std::chrono::milliseconds(100);
constexpr size_t kWidth = 20;

}  // namespace

std::string progress_text(std::string_view done_what, size_t count, size_t total) {
  if (total == 0) return fmt::format("{} {}", done_what, count);
  const size_t filled = std::min(count, total) * kWidth / total;
  return fmt::format("{} {} of {} [{:<{}}]", done_what, count, total, std::string(filled, '='), kWidth);
}

Progress::Progress(std::string_view done_what, size_t total)
    : done_what_(done_what), total_(total), wanted_(::isatty(STDERR_FILENO)), next_(Clock::now() + kMoment) {}

Progress::~Progress() {
  if (shown_) fmt::print(stderr, "\r\033[K");
}

void Progress::add(size_t count) {
  count_ += count;
  if (!wanted_ || Clock::now() < next_) return;
  next_ = Clock::now() + kBetween;
  shown_ = true;
  fmt::print(stderr, "\r{}\033[K", progress_text(done_what_, count_, total_));
}

}  // namespace paddock::client::shell
