// Outbox: promises that wait for a disk write (DESIGN.md section 3, "durability order is data").
//
// Invariants
// 1. A promise leaves only when the work that it names is durable.
// 2. Promises leave in the order in which they were given, whatever each waits for.
//
// A server makes promises to its leader; a leader makes them to itself, for it is one of its own acceptors.
// So there is one recipient at a time, and the promises of a role end with it.
#pragma once

#include <cstdint>
#include <deque>
#include <variant>

#include "protocol/base/ids.h"

namespace paddock::zab {

// "I follow nobody below this epoch" (ACKEPOCH); waits for the accepted epoch.
struct EpochPromise {
  uint32_t epoch = 0;
};
// "I hold this epoch's initial history" (the ACK of NEWLEADER); waits for history and current epoch.
struct HistoryPromise {
  uint32_t epoch = 0;
};
// "I serve" (the ACK of UPTODATE); waits for nothing of its own.
struct ServingPromise {
  uint32_t epoch = 0;
};
// "This proposal is in my log" (ACK).
struct LogPromise {
  Zxid zxid;
};
using Promise = std::variant<EpochPromise, HistoryPromise, ServingPromise, LogPromise>;

class Outbox {
 public:
  void hold(DiskSeq after, Promise promise) { held_.push_back({after, promise}); }

  // Hands every promise that may leave to `deliver`, which may hold() new ones.
  template <class Deliver>
  void release(DiskSeq durable, Deliver&& deliver) {
    while (!held_.empty() && held_.front().after <= durable) {
      const Promise promise = held_.front().promise;
      held_.pop_front();
      deliver(promise);
    }
  }
  void clear() { held_.clear(); }
  bool empty() const { return held_.empty(); }

 private:
  struct Held {
    DiskSeq after;
    Promise promise;
  };
  std::deque<Held> held_;
};

}  // namespace paddock::zab
