#include "tests/sim/recovery_checker.h"

#include <algorithm>

#include "tests/sim/trace.h"
#include "tests/sim/violation.h"

namespace paddock::sim {
namespace {

bool same_entry(const store::Append& a, const store::Append& b) {
  return a.zxid == b.zxid && a.txn.view() == b.txn.view();
}

// What both have above their bases is the same.
bool same_entries(const DiskImage& expected, const FoundLog& found) {
  const Zxid above = std::max(expected.base, found.base);
  const auto older = [above](const store::Append& entry) { return entry.zxid <= above; };
  const auto first = std::find_if_not(expected.entries.begin(), expected.entries.end(), older);
  const auto other = std::find_if_not(found.entries.begin(), found.entries.end(), older);
  return std::equal(first, expected.entries.end(), other, found.entries.end(), same_entry);
}

bool matches(const DiskImage& expected, const FoundLog& found) {
  return expected.epochs == found.epochs && expected.last() == found.last && same_entries(expected, found);
}

bool half_truncated(DiskImage before, Zxid last, const FoundLog& found) {
  if (before.staged || found.last < last || found.last > before.last()) return false;
  before.apply(store::Truncate{{}, found.last}, false);
  return matches(before, found);
}

}  // namespace

void check_recovery(const DiskImage& durable, const std::deque<std::optional<store::LogWork>>& in_flight,
                    const FoundLog& found) {
  DiskImage expected = durable;
  expected.checkpoint = {};
  bool legal = matches(expected, found);
  for (auto piece = in_flight.begin(); piece != in_flight.end() && !legal; ++piece) {
    if (!*piece) continue;
    const auto* cut = std::get_if<store::Truncate>(&**piece);
    if (cut != nullptr) legal = half_truncated(expected, cut->last, found);
    expected.apply(**piece, false);
    legal = legal || matches(expected, found);
  }
  require(
      legal, "Z10",
      "a start finds {} entries behind {} up to {}, epochs {}/{}; durable were {} behind {} up to {}, epochs "
      "{}/{}, and {} pieces of work were in flight",
      found.entries.size(), text(found.base), text(found.last), found.epochs.accepted, found.epochs.current,
      durable.entries.size(), text(durable.base), text(durable.last()), durable.epochs.accepted,
      durable.epochs.current, in_flight.size());
}

}  // namespace paddock::sim
