// Ledger: what this server's log holds, as far as memory knows it: the committed history, and behind it the
// tail, which is logged (or on its way to the disk) and not known to be committed.
//
// Owner: the engine. It outlives roles: a tail that a role leaves behind is the end of this server's history
// in the next one.
//
// Invariants
// 1. What is committed is told once, in zxid order, and never taken back.
// 2. Every entry of the tail lies above last_committed().
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "server/store/contract.h"
#include "server/zab/history.h"
#include "server/zab/ready.h"

namespace paddock::zab {

class Ledger {
 public:
  // The recovered tail is not committed yet, not even up to the commit point.
  Ledger(const store::Recovered& recovered, size_t history_limit);

  Zxid last_committed() const { return last_committed_; }
  const History& history() const { return history_; }
  const std::deque<LogEntry>& tail() const { return tail_; }
  // What is appended lies above it. The log itself may end below: nothing is logged at the start of an epoch.
  Zxid end() const { return tail_.empty() ? base_.value_or(last_committed_) : tail_.back().zxid; }

  void append(Zxid zxid, Bytes txn);
  // Whether the log may be cut behind `last`, and then ends exactly there. (e,0) is exact if what follows it
  // is of epoch e: then that epoch's initial history stays.
  bool can_end_at(Zxid last) const;
  // Requires: can_end_at(last).
  void truncate(Zxid last);
  // The tree is at the start of an epoch that is in use, and so may be the checkpoint: a log that is cut
  // below it would look as if it had lost its end.
  void settle(Zxid epoch_start);
  // Everything up to here is committed. `sequence` gets what that adds.
  void commit_to(Zxid zxid, std::vector<SequenceItem>& sequence);

  // An image at `base` with `tail` behind it is the log now; the tree follows with adopt_base().
  void replace(Zxid base, std::deque<LogEntry> tail);
  bool base_is_pending() const { return base_.has_value(); }
  void adopt_base(std::vector<SequenceItem>& sequence);

 private:
  const size_t history_limit_;
  Zxid last_committed_;
  Zxid settled_;  // the log is not cut below it; at or above last_committed_
  History history_;
  std::deque<LogEntry> tail_;
  std::optional<Zxid> base_;  // of the log on disk; the replica's tree is still the old one
};

}  // namespace paddock::zab
