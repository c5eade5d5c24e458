// AddressPace: how many connections an address may open a second. The rest is turned away before anything is
// kept of it, which costs less than to let it in and to close it again.
//
// Owner: ClientServer. Loop thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

namespace paddock::net {

class AddressPace {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // Whoever has more addresses than this is not stopped by a limit on addresses.
  static constexpr size_t kMostAddresses = 10000;

  // 0: any number.
  explicit AddressPace(int32_t per_second) : per_second_(per_second) {}

  // One more. An address that was quiet for a second may open a second's worth at once.
  [[nodiscard]] bool admits(const std::string& address, Time now) {
    if (per_second_ == 0) return true;
    if (buckets_.size() >= kMostAddresses) forget_full(now);
    Bucket& bucket =
        buckets_.try_emplace(address, Bucket{static_cast<double>(per_second_), now}).first->second;
    bucket = {tokens(bucket, now), now};
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
  size_t addresses() const { return buckets_.size(); }

 private:
  struct Bucket {
    double tokens;
    Time filled_at;
  };
  double tokens(const Bucket& bucket, Time now) const {
    const std::chrono::duration<double> since = now - bucket.filled_at;
    return std::min<double>(per_second_, bucket.tokens + since.count() * per_second_);
  }
  void forget_full(Time now) {
    std::erase_if(buckets_, [&](const auto& entry) { return tokens(entry.second, now) >= per_second_; });
    if (buckets_.size() >= kMostAddresses) buckets_.clear();
  }

  const int32_t per_second_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace paddock::net
