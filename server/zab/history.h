// History: the last committed transactions, in memory, so that a learner a little behind gets a DIFF without
// a disk read. In zxid order, without a hole; at most `limit` entries.
#pragma once

#include <cstddef>
#include <deque>
#include <utility>

#include "protocol/base/bytes.h"
#include "protocol/base/check.h"
#include "protocol/base/ids.h"

namespace paddock::zab {

struct LogEntry {
  Zxid zxid;
  Bytes txn;
};

class History {
 public:
  // `before`: the position that the first entry will follow.
  History(size_t limit, Zxid before) : limit_(limit), before_(before) {}

  void add(Zxid zxid, Bytes txn) {
    PADDOCK_CHECK(last() < zxid, "{:#x} committed behind {:#x}", zxid.value, last().value);
    entries_.push_back({zxid, std::move(txn)});
    if (entries_.size() <= limit_) return;
    before_ = entries_.front().zxid;
    entries_.pop_front();
  }

  const std::deque<LogEntry>& entries() const { return entries_; }
  // Every committed entry above this one is here.
  Zxid before() const { return before_; }
  Zxid last() const { return entries_.empty() ? before_ : entries_.back().zxid; }

 private:
  size_t limit_;
  Zxid before_;
  std::deque<LogEntry> entries_;
};

}  // namespace paddock::zab
