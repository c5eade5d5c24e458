// AuthFailures: which addresses have failed so often to prove who they are that they are not heard for a
// while: passwords are not to be found by trying.
//
// Owner: Core.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "protocol/base/time.h"

namespace paddock::replica {

class AuthFailures {
 public:
  static constexpr int64_t kWindowMs = 60000;
  // Whoever has more addresses than this is not stopped by a limit on addresses.
  static constexpr size_t kMostAddresses = 10000;

  // `most`: within a window, which begins with the first of them. 0: any number.
  explicit AuthFailures(int64_t most) : most_(most) {}

  bool may_try(const std::string& address, Instant now) const {
    const auto found = addresses_.find(address);
    return found == addresses_.end() || is_over(found->second, now) || found->second.failures < most_;
  }
  void failed(const std::string& address, Instant now) {
    if (most_ == 0) return;
    if (addresses_.size() >= kMostAddresses) forget_old(now);
    Record& record = addresses_[address];
    if (record.failures == 0 || is_over(record, now)) record = {now, 0};
    ++record.failures;
  }
  size_t addresses() const { return addresses_.size(); }

 private:
  struct Record {
    Instant since;
    int64_t failures = 0;
  };
  static bool is_over(const Record& record, Instant now) { return now > record.since.plus_ms(kWindowMs); }
  void forget_old(Instant now) {
    std::erase_if(addresses_, [now](const auto& entry) { return is_over(entry.second, now); });
    if (addresses_.size() >= kMostAddresses) addresses_.clear();
  }

  const int64_t most_;
  std::unordered_map<std::string, Record> addresses_;
};

}  // namespace paddock::replica
