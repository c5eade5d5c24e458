#include "server/zab/sync_plan.h"

#include <algorithm>

namespace paddock::zab {
namespace {

const SyncPlan kSnapshot{};

SyncPlan diff_after(const KnownLog& log, Zxid base) {
  return {SyncKind::diff, log.last(), base, false};
}

bool has_started(const KnownLog& log, uint32_t epoch) {
  if (std::find(log.started.begin(), log.started.end(), epoch) != log.started.end()) return true;
  const auto first = std::lower_bound(log.entries.begin(), log.entries.end(), Zxid::of(epoch, 1));
  return first != log.entries.end() && first->epoch() == epoch;
}

// The last entry below (e,1), if memory knows it.
SyncPlan plan_from_start(const KnownLog& log, uint32_t epoch) {
  if (!has_started(log, epoch)) return kSnapshot;
  const Zxid first_of_epoch = Zxid::of(epoch, 1);
  const auto next = std::lower_bound(log.entries.begin(), log.entries.end(), first_of_epoch);
  if (next != log.entries.begin()) return diff_after(log, *std::prev(next));
  return log.before < first_of_epoch ? diff_after(log, log.before) : kSnapshot;
}

}  // namespace

SyncPlan plan_sync(const KnownLog& log, Zxid position) {
  const Zxid last = log.last();
  if (position == last) return diff_after(log, last);
  if (position <= Zxid{}) return kSnapshot;
  if (position == log.before) return diff_after(log, position);
  if (position.counter() == 0) return plan_from_start(log, position.epoch());
  if (position < log.before) return {SyncKind::diff, last, position, true};
  const auto above = std::upper_bound(log.entries.begin(), log.entries.end(), position);
  const Zxid kept = above == log.entries.begin() ? log.before : *std::prev(above);
  if (kept == position) return diff_after(log, position);
  // A Java leader's snapshot may stand at (e,0). No log holds that, and Java keeps the entry behind the place
  // where it ought to be (FileTxnLog.truncate): 2:1 behind TRUNC 2:0.
  if (kept.counter() == 0) return kSnapshot;
  if (kept.epoch() == position.epoch() || position > last) return {SyncKind::trunc, kept, kept, false};
  return kSnapshot;
}

}  // namespace paddock::zab
