// Synchronizer: brings each learner's log to the leader's: plans its sync, sends it at the pace of disk and
// link, and ends it with NEWLEADER (spec/quorum-protocol.md 7.1).
//
// Owner: Leading, once a quorum has promised the epoch; ObserverMaster, once it serves.
//
// Invariants
// 1. A plan covers all that is committed when it is made; before the epoch is in use, all that the leader has
//    logged. What a broadcast adds from then on waits in the learner's queue.
// 2. No observer's sync goes on beside as many as may (EngineOptions::snapshot_syncs, diff_syncs); a voter's
// does, for
//    the ensemble needs it.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "protocol/base/time.h"
#include "server/store/contract.h"
#include "server/zab/core.h"
#include "server/zab/learner_links.h"
#include "server/zab/sync_plan.h"

namespace paddock::zab {

class Synchronizer {
 public:
  // Both must outlive it. `started`: epochs whose initial history this server is known to hold.
  Synchronizer(Core& core, LearnerLinks& links, uint32_t epoch, std::vector<uint32_t> started)
      : core_(core), links_(links), epoch_(epoch), started_(std::move(started)), last_progress_(core.now) {}

  // Before the epoch is in use the tail is inherited: part of what it begins with.
  enum class Covers { everything_logged, everything_committed };
  void begin(LearnerLink& link, Covers covers);
  void drained(LearnerLink& link);
  void fetched(const store::HistoryFetched& history);
  void image(const store::SnapshotPiece& piece);

  Instant last_progress() const { return last_progress_; }

 private:
  std::vector<LogEntry> entries_in_memory(bool with_tail) const;
  LearnerLink* link_with(const std::function<bool(const SyncSender&)>& wanted);
  void went_on(LearnerLink& link, SyncSender::Progress progress);
  bool is_one_too_many(const LearnerLink& link) const;
  void turn_away(LearnerLink& link);
  void send_new_leader(LearnerLink& link);

  Core& core_;
  LearnerLinks& links_;
  const uint32_t epoch_;
  const std::vector<uint32_t> started_;
  Instant last_progress_;
};

}  // namespace paddock::zab
