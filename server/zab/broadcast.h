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
// 5. A reconfiguration and what is proposed behind it need the quorums of both configurations. The commit
//    names the leader from then on: this server if it is a voter with the same address, else the one of the
//    new voters that has acknowledged most.
#pragma once

#include <cstdint>
#include <optional>

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
  // Other links count.
  void reconfigured();
  // The link is gone: what the learner acknowledged by it, its log may not hold when it comes back.
  void forget(const LearnerLink& link);

  // False: the learner acknowledges what was never sent to it.
  [[nodiscard]] bool acknowledged(LearnerLink& link, Zxid zxid);
  void request_sync(uint64_t id);
  // A round of PINGs from now on; which one it is.
  uint64_t request_proof();
  bool is_proven(uint64_t round) const { return rounds_.is_answered(round); }
  void ping(LearnerLink& link);
  // False: it was not asked.
  [[nodiscard]] bool ping_answered(LearnerLink& link);

  // Commits what a quorum holds, and answers the syncs that may be answered.
  void advance();
  // Whom the last committed reconfiguration has made the leader, if not this server. Nothing is committed
  // behind it: that is for the next leader.
  std::optional<ServerId> handed_to() const { return handed_to_; }

 private:
  void commit_next();
  void commit_reconfiguration(const Membership& next);
  ServerId leader_under(const Membership& next) const;
  void send_commit(const LogEntry& entry, std::optional<ServerId> leader);
  void go_round();
  void ask_in_round(LearnerLink& link);
  void look_at_round();

  Core& core_;
  LearnerLinks& links_;
  Zxid last_proposed_;
  AckTally tally_;
  std::optional<ServerId> handed_to_;
  SyncRounds rounds_;
};

}  // namespace paddock::zab
