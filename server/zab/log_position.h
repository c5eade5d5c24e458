// LogPosition: how far this server's log reaches, asked for and durable. Votes, ACKEPOCH and sync plans speak
// of the durable one only (DESIGN.md rule 2).
#pragma once

#include "protocol/base/check.h"
#include "protocol/base/ids.h"

namespace paddock::zab {

class LogPosition {
 public:
  explicit LogPosition(Zxid recovered) : appended_(recovered), durable_(recovered) {}

  // Requires: directly behind the last one of its epoch, or the first of a later epoch.
  void append(Zxid zxid) {
    PADDOCK_CHECK(zxid == appended_.next() || (zxid.epoch() > appended_.epoch() && zxid.counter() == 1),
                  "{:#x} cannot follow {:#x} in the log", zxid.value, appended_.value);
    appended_ = zxid;
  }
  void persist(Zxid zxid) {
    PADDOCK_CHECK(durable_ < zxid && zxid <= appended_, "{:#x} is durable; was {:#x}, appended {:#x}",
                  zxid.value, durable_.value, appended_.value);
    durable_ = zxid;
  }

  Zxid appended() const { return appended_; }
  Zxid durable() const { return durable_; }

 private:
  Zxid appended_;
  Zxid durable_;
};

}  // namespace paddock::zab
