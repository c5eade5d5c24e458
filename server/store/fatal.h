// The first storage error of a store, told once: everything after it stands still until the process ends.
//
// Threads: any.
#pragma once

#include <atomic>
#include <functional>
#include <utility>

#include "protocol/base/result.h"

namespace paddock::store {

class Fatal {
 public:
  explicit Fatal(std::function<void(const Fault&)> tell) : tell_(std::move(tell)) {}

  // True if `done` is; otherwise tells the fault if it is the first.
  bool passed(const Status& done) {
    if (done.ok()) return true;
    if (!met_.exchange(true)) tell_(done.fault());
    return false;
  }
  bool met() const { return met_; }

 private:
  const std::function<void(const Fault&)> tell_;
  std::atomic<bool> met_ = false;
};

}  // namespace paddock::store
