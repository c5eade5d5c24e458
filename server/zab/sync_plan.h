// SyncPlan: what brings a learner's log to the leader's (spec/quorum-protocol.md 7.1, decided as a Paddock
// leader does). Pure.
//
// A learner's position that is an entry of the leader's log names the same history there as here, for an
// entry is proposed once, behind one history. Everything rests on that: a position that is known is a base,
// one that is not is cut back to a known one of the same epoch, and where there is none the learner gets a
// snapshot.
#pragma once

#include <cstdint>
#include <vector>

#include "protocol/base/ids.h"

namespace paddock::zab {

// What the leader's memory knows of its own history.
struct KnownLog {
  Zxid before;                // every entry above this one is listed; what is below is on disk at best
  std::vector<Zxid> entries;  // ascending
  // Epochs whose initial history is known to be here, besides those that have an entry listed.
  std::vector<uint32_t> started;

  Zxid last() const { return entries.empty() ? before : entries.back(); }
};

enum class SyncKind { diff, trunc, snap };

struct SyncPlan {
  SyncKind kind = SyncKind::snap;
  Zxid opening;            // what the opening packet says; nothing yet for a snapshot
  Zxid after;              // entries above this one follow; nothing yet for a snapshot
  bool from_disk = false;  // `after` is below what memory knows: if the disk knows no way from it, a snapshot
  friend bool operator==(const SyncPlan&, const SyncPlan&) = default;
};

// `position`: the learner's last logged zxid. 0 asks for a snapshot; (e,0) is the end of epoch e's initial
// history.
SyncPlan plan_sync(const KnownLog& log, Zxid position);

}  // namespace paddock::zab
