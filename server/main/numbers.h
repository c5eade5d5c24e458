// Numbers: reads an operator's numbers one after the other and keeps the first fault, so that a translation
// reads like a list. Owner: a call of settings_of().
#pragma once

#include <cstdint>
#include <limits>

#include "protocol/base/result.h"
#include "server/config/config.h"

namespace paddock {

class Numbers {
 public:
  static constexpr int64_t kIntMax = std::numeric_limits<int32_t>::max();

  // `config` must outlive it.
  explicit Numbers(const config::Config& config) : config_(config) {}

  int64_t get(const char* name, int64_t otherwise, int64_t least, int64_t most) {
    auto value = config_.number_in(name, otherwise, least, most);
    if (value) return *value;
    if (status_) status_ = value.fault();
    return otherwise;
  }
  int32_t get_int(const char* name, int32_t otherwise, int32_t least) {
    return static_cast<int32_t>(get(name, otherwise, least, kIntMax));
  }
  // From 0 to 1.
  double get_share(const char* name, double otherwise);
  const Status& status() const { return status_; }

 private:
  const config::Config& config_;
  Status status_ = ok_status();
};

}  // namespace paddock
