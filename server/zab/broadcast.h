// Broadcast: a leader's proposals of one epoch, from propose to commit, what its learners are told of them,
// and the syncs that wait among them.
//
// Owner: Leading, from the moment the epoch is established.
//
// Invariants
// 1. Counters are 1, 2, 3, ... without a gap.
// 2. A proposal is committed when a quorum has it and every earlier one is committed.
// 3. A sync is answered behind every proposal that was made before it was asked for.
// 4. A learner that takes part is told of every proposal and every commit, in order: voters by PROPOSAL and
//    COMMIT, observers by INFORM. Each packet is encoded once.
#pragma once

#include <cstdint>

#include "protocol/base/bytes.h"
#include "protocol/base/ids.h"
#include "server/zab/ack_tally.h"
#include "server/zab/core.h"
#include "server/zab/learner_links.h"
#include "server/zab/sync_rounds.h"

namespace paddock::zab {

class Broadcast {
 public:
  // Both must outlive the broadcast. Everything logged is committed here.
  Broadcast(Core& core, LearnerLinks& links, Zxid epoch_start);

  Zxid last_proposed() const { return last_proposed_; }
  size_t outstanding() const { return core_.ledger.tail().size(); }
  size_t waiting_syncs() const { return rounds_.waiting(); }

  void propose(Zxid zxid, Bytes txn);
  // A learner begins to take part: what is outstanding, which its plan did not cover.
  void catch_up(LearnerLink& link);
  // UPTODATE has left.
  void activated(LearnerLink& link);
  // The learner's log may be another one from here on.
  void forget(const LearnerLink& link);

  // False: the learner acknowledges what was never sent to it.
  [[nodiscard]] bool acknowledged(LearnerLink& link, Zxid zxid);
  void request_sync(uint64_t id);
  void ping(LearnerLink& link);
  // False: it was not asked.
  [[nodiscard]] bool ping_answered(LearnerLink& link);

  // Commits what a quorum holds, and answers the syncs that may be answered.
  void advance();

 private:
  void commit_next();
  void go_round();
  void look_at_round();

  Core& core_;
  LearnerLinks& links_;
  Zxid last_proposed_;
  AckTally tally_;
  SyncRounds rounds_;
};

}  // namespace paddock::zab
