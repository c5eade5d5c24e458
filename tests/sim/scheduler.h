// Scheduler: the only clock and the only thread of a simulated world. Actions run in the order of their
// instants, and of their being asked for where instants are equal; so one seed is one run.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "protocol/base/check.h"
#include "protocol/base/time.h"

namespace paddock::sim {

class Scheduler {
 public:
  using Action = std::function<void()>;

  Instant now() const { return now_; }
  uint64_t events() const { return events_; }

  // `when` in the past means now.
  void at(Instant when, Action action) {
    queue_.push_back({std::max(when, now_), ++asked_, std::move(action)});
    std::push_heap(queue_.begin(), queue_.end(), later);
  }
  void after_ns(int64_t ns, Action action) { at(Instant{now_.ns + ns}, std::move(action)); }

  // Runs the next action that is due by `end`; false, and it is `end`, if there is none.
  bool step(Instant end) {
    if (queue_.empty() || queue_.front().when > end) {
      now_ = std::max(now_, end);
      return false;
    }
    std::pop_heap(queue_.begin(), queue_.end(), later);
    Entry entry = std::move(queue_.back());
    queue_.pop_back();
    now_ = entry.when;
    ++events_;
    entry.action();
    return true;
  }

 private:
  struct Entry {
    Instant when;
    uint64_t order;
    Action action;
  };
  static bool later(const Entry& a, const Entry& b) {
    return a.when != b.when ? a.when > b.when : a.order > b.order;
  }

  Instant now_;
  uint64_t asked_ = 0;
  uint64_t events_ = 0;
  std::vector<Entry> queue_;
};

}  // namespace paddock::sim
