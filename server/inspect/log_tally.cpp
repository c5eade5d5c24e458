#include "server/inspect/log_tally.h"

#include <algorithm>

namespace paddock::inspect {

void LogTally::note(LogNote::Kind kind, uint64_t offset, std::string text) {
  report.notes.push_back({kind, *file_, offset, behind(), std::move(text)});
}

// (e,0) is no transaction, so an epoch begins with (e,1).
void LogTally::check_order(uint64_t offset, Zxid zxid) {
  if (!behind_) return;
  if (zxid <= *behind_) {
    note(LogNote::Kind::repeated, offset,
         fmt::format("0x{:x} comes behind 0x{:x}", zxid.value, behind_->value));
    return;
  }
  const bool same_epoch = zxid.epoch() == behind_->epoch();
  if (zxid.counter() == (same_epoch ? behind_->counter() + 1 : 1)) return;
  note(LogNote::Kind::gap, offset, fmt::format("0x{:x} follows 0x{:x}", zxid.value, behind_->value));
}

bool LogTally::take(uint64_t offset, Zxid zxid, std::string_view bytes) {
  const auto txn = txn::decode_txn(bytes);
  if (!txn.ok() || txn->zxid() != zxid) {
    note(LogNote::Kind::damage, offset,
         txn.ok() ? fmt::format("a transaction says that it is 0x{:x} and stands as 0x{:x}",
                                txn->zxid().value, zxid.value)
                  : fmt::format("its checksum is right, and it cannot be read: {}", txn.fault().message));
    return false;
  }
  check_order(offset, zxid);
  if (report.transactions++ == 0) report.first = zxid;
  report.last = std::max(report.last, zxid);
  behind_ = zxid;
  enough_ = !visit_({*file_, offset, bytes.size(), *txn});
  return !enough_;
}

}  // namespace paddock::inspect
