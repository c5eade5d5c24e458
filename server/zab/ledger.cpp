#include "server/zab/ledger.h"

#include <algorithm>
#include <utility>

#include "protocol/base/check.h"

namespace paddock::zab {

Ledger::Ledger(const store::Recovered& recovered, size_t history_limit)
    : history_limit_(history_limit),
      last_committed_(recovered.checkpoint),
      settled_(recovered.checkpoint),
      history_(history_limit, recovered.checkpoint) {
  for (const store::Append& record : recovered.tail) tail_.push_back({record.zxid, record.txn});
}

void Ledger::append(Zxid zxid, Bytes txn) {
  PADDOCK_CHECK(zxid > end(), "{:#x} appended behind {:#x}", zxid.value, end().value);
  tail_.push_back({zxid, std::move(txn)});
}

bool Ledger::can_end_at(Zxid last) const {
  if (base_ || last < settled_) return false;
  // At the start of an epoch the log ends with an entry below it.
  if (last == settled_) return last.counter() != 0 || last == Zxid{};
  const auto next = std::upper_bound(tail_.begin(), tail_.end(), last,
                                     [](Zxid zxid, const LogEntry& entry) { return zxid < entry.zxid; });
  if (next != tail_.begin() && std::prev(next)->zxid == last) return true;
  return last.counter() == 0 && next != tail_.end() && next->zxid.epoch() == last.epoch();
}

void Ledger::truncate(Zxid last) {
  PADDOCK_CHECK(can_end_at(last), "cut at {:#x}, which is no place in this log; committed {:#x}", last.value,
                last_committed_.value);
  while (!tail_.empty() && tail_.back().zxid > last) tail_.pop_back();
}

void Ledger::settle(Zxid epoch_start) {
  settled_ = std::max(settled_, epoch_start);
}

void Ledger::commit_to(Zxid zxid, std::vector<SequenceItem>& sequence) {
  if (base_) adopt_base(sequence);
  while (!tail_.empty() && tail_.front().zxid <= zxid) {
    LogEntry& entry = tail_.front();
    last_committed_ = entry.zxid;
    settled_ = std::max(settled_, entry.zxid);
    history_.add(entry.zxid, entry.txn);
    sequence.emplace_back(Committed{entry.zxid, std::move(entry.txn)});
    tail_.pop_front();
  }
}

void Ledger::replace(Zxid base, std::deque<LogEntry> tail) {
  base_ = base;
  tail_ = std::move(tail);
}

void Ledger::adopt_base(std::vector<SequenceItem>& sequence) {
  PADDOCK_CHECK(base_.has_value(), "no image waits; committed {:#x}", last_committed_.value);
  last_committed_ = settled_ = *base_;
  history_ = History(history_limit_, *base_);
  sequence.emplace_back(StateReplaced{*base_});
  base_.reset();
}

}  // namespace paddock::zab
