// Broadcast: a leader's proposals of one epoch, from propose to commit, and the syncs that wait among them.
//
// Invariants
// 1. Counters are 1, 2, 3, ... without a gap.
// 2. A proposal is committed when a quorum has it and every earlier one is committed.
// 3. A sync point follows every proposal that was made before the sync was asked for.
#pragma once

#include <cstdint>
#include <deque>
#include <utility>

#include "protocol/base/bytes.h"
#include "protocol/base/check.h"
#include "protocol/base/ids.h"
#include "server/zab/ack_tally.h"
#include "server/zab/membership.h"

namespace paddock::zab {

class Broadcast {
 public:
  // `membership` must outlive the broadcast.
  Broadcast(const Membership& membership, Zxid epoch_start)
      : last_proposed_(epoch_start), tally_(membership, epoch_start) {}

  Zxid last_proposed() const { return last_proposed_; }
  size_t outstanding() const { return proposals_.size(); }

  void propose(Zxid zxid, Bytes txn) {
    PADDOCK_CHECK(zxid == last_proposed_.next(), "{:#x} proposed behind {:#x}", zxid.value,
                  last_proposed_.value);
    last_proposed_ = zxid;
    proposals_.push_back({zxid, std::move(txn)});
  }
  void sync(uint64_t id) { syncs_.push_back({last_proposed_, id}); }

  // `server` holds everything up to `position`.
  void acknowledge(ServerId server, Zxid position) { tally_.acknowledge(server, position); }

  // Hands out, in order, what has become committed: committed(zxid, txn) and synced(id).
  template <class Committed, class Synced>
  void drain(Committed&& committed, Synced&& synced) {
    drain_syncs(synced);
    while (!proposals_.empty() && proposals_.front().zxid <= tally_.agreed()) {
      committed(proposals_.front().zxid, std::move(proposals_.front().txn));
      proposals_.pop_front();
      drain_syncs(synced);
    }
  }

 private:
  struct Proposal {
    Zxid zxid;
    Bytes txn;
  };
  struct Sync {
    Zxid behind;
    uint64_t id;
  };
  template <class Synced>
  void drain_syncs(Synced&& synced) {
    while (!syncs_.empty() && (proposals_.empty() || syncs_.front().behind < proposals_.front().zxid)) {
      synced(syncs_.front().id);
      syncs_.pop_front();
    }
  }

  Zxid last_proposed_;
  AckTally tally_;
  std::deque<Proposal> proposals_;
  std::deque<Sync> syncs_;
};

}  // namespace paddock::zab
