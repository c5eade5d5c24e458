#include "server/net/polling_loop.h"

#include <algorithm>
#include <thread>

namespace paddock::net {
namespace {

constexpr int kMostCredit = 16;
constexpr int kGain = 2;  // of a moment that was of use; one in vain costs 1
// No small factor: gaps that follow a pattern must not meet only the long ones of it.
constexpr int kSleepsBetweenTries = 61;

bool meets_work(boost::asio::io_context& io, std::chrono::microseconds moment) {
  const auto until = std::chrono::steady_clock::now() + moment;
  do {
    std::this_thread::yield();
    if (io.poll() > 0) return true;
  } while (!io.stopped() && std::chrono::steady_clock::now() < until);
  return false;
}

}  // namespace

bool PollingChance::is_worth_a_try() {
  if (credit_ == 0 && ++sleeps_ < kSleepsBetweenTries) return false;
  sleeps_ = 0;
  return true;
}

void PollingChance::tried(bool met_work) {
  credit_ = met_work ? std::min(credit_ + kGain, kMostCredit) : std::max(credit_ - 1, 0);
}

void run_polling(boost::asio::io_context& io, std::chrono::microseconds moment) {
  PollingChance chance;
  while (!io.stopped()) {
    if (io.poll() > 0) continue;
    if (moment.count() > 0 && chance.is_worth_a_try()) {
      const bool met = meets_work(io, moment);
      chance.tried(met);
      if (met) continue;
    }
    io.run_one();
  }
}

}  // namespace paddock::net
