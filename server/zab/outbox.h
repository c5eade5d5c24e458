// Outbox: promises that wait for a disk write (DESIGN.md section 3, "durability order is data").
//
// Invariants
// 1. A promise leaves only when the work that it names is durable.
// 2. Promises to one recipient leave in the order in which they were given, whatever each waits for.
//
// A server makes promises to itself too: a leader is one of its own acceptors, and counts its own vote, ACK
// of NEWLEADER and ACKs only when its own disk has them. That is the only recipient of an ensemble of one.
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
// "This proposal is in my log" (ACK).
struct LogPromise {
  Zxid zxid;
};
using Promise = std::variant<EpochPromise, HistoryPromise, LogPromise>;

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
  bool empty() const { return held_.empty(); }

 private:
  struct Held {
    DiskSeq after;
    Promise promise;
  };
  std::deque<Held> held_;
};

}  // namespace paddock::zab
