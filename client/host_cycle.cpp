#include "client/host_cycle.h"

#include <algorithm>
#include <utility>

namespace paddock::client {
namespace {
constexpr int64_t kFirstPause_ms = 100;
constexpr int64_t kLongestPause_ms = 1000;
}  // namespace

HostCycle::HostCycle(std::vector<HostPort> hosts, uint64_t seed)
    : random_(seed), hosts_(std::move(hosts)), left_(hosts_.size()) {
  PADDOCK_CHECK(!hosts_.empty(), "a client needs a server");
  for (size_t i = hosts_.size() - 1; i > 0; --i) std::swap(hosts_[i], hosts_[random_.below(i + 1)]);
}

HostCycle::Turn HostCycle::next() {
  Turn turn{hosts_[position_], 0};
  position_ = (position_ + 1) % hosts_.size();
  if (left_ == 0) {
    left_ = hosts_.size();
    turn.pause_ms = pause_ms();
  }
  --left_;
  return turn;
}

void HostCycle::succeeded() {
  left_ = hosts_.size();
  failed_cycles_ = 0;
}

int64_t HostCycle::pause_ms() {
  const int64_t most = std::min(kFirstPause_ms << std::min(failed_cycles_++, 10), kLongestPause_ms);
  return most / 2 + static_cast<int64_t>(random_.below(static_cast<uint64_t>(most / 2)));
}

}  // namespace paddock::client
