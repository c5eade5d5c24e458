// LogPosition: how far this server's log reaches, asked for and durable. Votes, ACKEPOCH and sync plans speak
// of the durable one only (DESIGN.md rule 2).
//
// Invariant: a staged base (store/contract.h) moves nothing that is durable until all of it is.
#pragma once

#include <deque>
#include <optional>

#include "protocol/base/check.h"
#include "protocol/base/ids.h"

namespace paddock::zab {

class LogPosition {
 public:
  explicit LogPosition(Zxid recovered) : appended_(recovered), durable_(recovered) {}

  // Requires: behind all that was appended. Not directly: a new epoch begins anywhere, and a Java leader may
  // have skipped a counter.
  void append(DiskSeq seq, Zxid zxid) {
    PADDOCK_CHECK(zxid > appended_, "{:#x} cannot follow {:#x} in the log", zxid.value, appended_.value);
    appended_ = zxid;
    if (!replaced_) moves_.push_back({seq, zxid});
  }
  void truncate(DiskSeq seq, Zxid last) {
    PADDOCK_CHECK(last <= appended_ && !replaced_, "cut at {:#x} of a log that ends at {:#x}", last.value,
                  appended_.value);
    appended_ = last;
    moves_.push_back({seq, last});
  }

  // What is appended from here on belongs to a base that is staged; adopt() makes it the log, abandon()
  // forgets it.
  void stage(Zxid base) {
    if (!replaced_) replaced_ = appended_;
    appended_ = base;
  }
  void adopt(DiskSeq seq) {
    PADDOCK_CHECK(replaced_.has_value(), "no base is staged behind {:#x}", appended_.value);
    replaced_.reset();
    moves_.push_back({seq, appended_});
  }
  void abandon() {
    PADDOCK_CHECK(replaced_.has_value(), "no base is staged behind {:#x}", appended_.value);
    appended_ = *replaced_;
    replaced_.reset();
  }

  void persisted(DiskSeq seq) {
    for (; !moves_.empty() && moves_.front().seq <= seq; moves_.pop_front()) durable_ = moves_.front().to;
  }

  Zxid appended() const { return appended_; }
  Zxid durable() const { return durable_; }

 private:
  struct Move {
    DiskSeq seq;
    Zxid to;
  };
  Zxid appended_;
  Zxid durable_;
  std::optional<Zxid> replaced_;  // where the log in use ends while another is staged
  std::deque<Move> moves_;        // asked for, not durable yet
};

}  // namespace paddock::zab
