// History: the last committed transactions, in memory, so that a learner a little behind gets a DIFF without
// a disk read. Contiguous in zxid order; at most `limit` entries.
#pragma once

#include <cstddef>
#include <deque>
#include <utility>

#include "protocol/base/bytes.h"
#include "protocol/base/check.h"
#include "protocol/base/ids.h"

namespace paddock::zab {

class History {
 public:
  struct Entry {
    Zxid zxid;
    Bytes txn;
  };

  explicit History(size_t limit) : limit_(limit) {}

  void add(Zxid zxid, Bytes txn) {
    PADDOCK_CHECK(entries_.empty() || entries_.back().zxid < zxid, "{:#x} committed behind {:#x}", zxid.value,
                  entries_.back().zxid.value);
    if (limit_ == 0) return;
    if (entries_.size() == limit_) entries_.pop_front();
    entries_.push_back({zxid, std::move(txn)});
  }

  const std::deque<Entry>& entries() const { return entries_; }

 private:
  size_t limit_;
  std::deque<Entry> entries_;
};

}  // namespace paddock::zab
