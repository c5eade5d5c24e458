#include "server/replica/connection_throttle.h"

#include <algorithm>
#include <cmath>

namespace paddock::replica {
namespace {

constexpr uint64_t kDice = 1'000'000;

int64_t in_tokens(const ThrottleOptions& options, int64_t sessions) {
  return options.weighted ? sessions * options.new_session_weight : sessions;
}

}  // namespace

ConnectionThrottle::ConnectionThrottle(const ThrottleOptions& options, Random random, Instant now)
    : options_(options),
      size_(in_tokens(options, options.tokens)),
      fill_count_(in_tokens(options, options.fill_count)),
      begin_weight_(options.local_sessions ? options.local_session_weight : options.new_session_weight),
      random_(random),
      tokens_(size_),
      filled_at_(now),
      frozen_since_(now) {}

bool ConnectionThrottle::admits(bool renews, Instant now) {
  if (size_ == 0) return true;
  fill(now);
  if (options_.freeze_time_ms >= 0 && turned_away_by_chance(now)) return false;
  int64_t needed = 1;
  if (options_.weighted) needed = renews ? options_.renewed_session_weight : begin_weight_;
  if (tokens_ < needed) return false;
  tokens_ -= needed;
  return true;
}

void ConnectionThrottle::fill(Instant now) {
  const int64_t passed_ms = (now.ns - filled_at_.ns) / 1'000'000;
  if (passed_ms <= options_.fill_time_ms) return;
  // What is beyond the bucket is lost, and may be more than a number holds.
  const double filled = static_cast<double>(passed_ms) * static_cast<double>(fill_count_) /
                        static_cast<double>(options_.fill_time_ms);
  const auto missing = static_cast<double>(size_ - tokens_);
  tokens_ = filled >= missing ? size_ : tokens_ + static_cast<int64_t>(filled);
  filled_at_ = now;
}

bool ConnectionThrottle::turned_away_by_chance(Instant now) {
  if ((now.ns - frozen_since_.ns) / 1'000'000 > options_.freeze_time_ms) {
    const int64_t missing = size_ - tokens_;
    const auto few = std::llround(static_cast<double>(size_) * options_.decrease_ratio);
    if (tokens_ == 0) {
      drop_ = std::min(drop_ + options_.drop_increase, 1.0);
    } else if (missing <= few) {
      drop_ = std::max(drop_ - options_.drop_decrease, 0.0);
    }
    frozen_since_ = now;
  }
  return static_cast<double>(random_.below(kDice)) < drop_ * static_cast<double>(kDice);
}

}  // namespace paddock::replica
