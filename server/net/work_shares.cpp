#include "server/net/work_shares.h"

#include <time.h>

#include <algorithm>
#include <utility>

namespace paddock::net {
namespace {

int64_t cheap_clock() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

bool WorkShares::may_work(WorkShare& share) const {
  settle(share);
  return share.spent < quantum_;
}

void WorkShares::charge(WorkShare& share, std::chrono::nanoseconds spent) const {
  settle(share);
  share.spent += spent;
}

// What was not used of earlier rounds is not saved up.
void WorkShares::settle(WorkShare& share) const {
  const auto rounds = static_cast<int64_t>(round_ - std::exchange(share.round, round_));
  const int64_t owed_rounds = share.spent / quantum_;
  share.spent = rounds > owed_rounds ? std::chrono::nanoseconds{} : share.spent - rounds * quantum_;
}

Turn::Turn(const WorkShares& shares, WorkShare& share)
    : shares_(shares), share_(share), charged_until_(Clock::now()), looked_(cheap_clock()) {}

Turn::~Turn() {
  charge();
}

bool Turn::is_over() {
  const int64_t now = cheap_clock();
  if (std::exchange(looked_, now) == now) return false;
  charge();
  return !shares_.may_work(share_);
}

void Turn::charge() {
  const auto now = Clock::now();
  shares_.charge(share_, now - std::exchange(charged_until_, now));
}

}  // namespace paddock::net
