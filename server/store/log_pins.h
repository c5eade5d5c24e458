// What nobody may purge from the log: who reads a snapshot needs the log above it until it has been sent.
//
// Threads: any.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>

#include "protocol/base/ids.h"

namespace paddock::store {

class LogPins {
 public:
  // The log above `above` stays until unpin(id); replaces what `id` pinned before.
  void pin(uint64_t id, Zxid above) {
    std::lock_guard guard(mutex_);
    pins_[id] = above;
  }
  void unpin(uint64_t id) {
    std::lock_guard guard(mutex_);
    pins_.erase(id);
  }
  // `above`, or less if somebody needs more.
  Zxid lowest(Zxid above) const {
    std::lock_guard guard(mutex_);
    for (const auto& [id, pinned] : pins_) above = std::min(above, pinned);
    return above;
  }

 private:
  mutable std::mutex mutex_;
  std::map<uint64_t, Zxid> pins_;
};

}  // namespace paddock::store
