// Leading: the role of a leader, from the decision of an election to its end: discovery, synchronisation and
// broadcast (spec/quorum-protocol.md 6.2, 7, 8).
//
// Owner: Engine. Once over() it does nothing more; the engine then calls leave() and drops it.
//
// Invariants
// 1. LEADERINFO leaves when this server's own promise of the epoch is durable.
// 2. No learner is synchronised before a quorum has promised: until then one may turn up whose history is
//    ahead.
// 3. The epoch is in use when a quorum, this server included, holds its initial history durably; only then is
//    anything of it committed, or proposed.
// 4. Once a reconfiguration that makes another server the leader is committed, this one commits and proposes
//    nothing more and waits for its followers to leave.
// 5. What a learner sends can close its link, and do nothing worse.
// 6. What a learner promised or acknowledged counts while the link lasts that it came by: the server may have
//    lost it when it comes back.
// 7. A stranger gets UPTODATE when a quorum has answered a PING that was sent after it came (rule 8).
// 8. When the counter is used up and all is committed, the next epoch is agreed on over the links there are,
//    from LEADERINFO on; learners and clients stay (DESIGN.md rule 9), but for those that synchronise: they
//    come again. Nothing is proposed meanwhile. Voters promise it as they do any other, so that nobody else
//    has it; they know all that the last one held.
// 9. While a follower takes part nothing is committed without it, whatever the oracle says: what it would
//    miss could be lost when the oracle turns to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocol/base/ids.h"
#include "protocol/base/time.h"
#include "protocol/quorum/records.h"
#include "server/zab/broadcast.h"
#include "server/zab/core.h"
#include "server/zab/discovery.h"
#include "server/zab/inherited.h"
#include "server/zab/learner_links.h"
#include "server/zab/quorum_watch.h"
#include "server/zab/synchronizer.h"

namespace paddock::zab {

class Leading {
 public:
  explicit Leading(Core& core);

  // --- In. Links that are not of a learner are ignored.
  void tick();
  std::optional<Instant> wake_at() const;
  void link_up(LinkId link);
  void link_down(LinkId link);
  void receive(LinkId link, const quorum::QuorumPacket& packet);
  void link_drained(LinkId link);
  void history_fetched(const store::HistoryFetched& history);
  void snapshot_piece(const store::SnapshotPiece& piece);
  void deliver(const EpochPromise& promise);
  void deliver(const HistoryPromise& promise);

  bool may_propose() const;
  Zxid last_proposed() const;
  size_t outstanding() const { return broadcast_ ? broadcast_->outstanding() : 0; }
  void propose(Zxid zxid, Bytes txn) { broadcast_->propose(zxid, std::move(txn)); }
  // Nothing while the epoch is not in use.
  void request_sync(uint64_t id);
  void refuse(LinkId link, std::string reason);
  void send_to_learner(LinkId link, quorum::PacketType type, Zxid zxid, const Bytes& data) {
    links_.answer(link, type, zxid, data);
  }
  // A quorum of this configuration, this server included if it is one of it, takes part.
  bool has_synced_quorum(const Membership& membership) const;
  // The configurations changed.
  void reconfigured();
  // What the oracle says may have changed.
  void heed_oracle();
  // Drain, then be over.
  void stop();
  void give_up() { over_ = true; }
  // Commits what can be committed, and ends the epoch if that was its last.
  void advance();

  // --- Out
  Phase phase() const { return phase_; }
  std::optional<uint32_t> epoch_in_use() const;
  bool over() const { return over_; }
  void leave();
  void report(EngineStatus& status) const;

 private:
  // Discovery
  void open_epoch();
  void renew();
  bool can_renew() const;
  void fix_epoch();
  [[nodiscard]] bool join(LearnerLink& link, const quorum::QuorumPacket& packet, bool observer);
  [[nodiscard]] bool take_ack_epoch(LearnerLink& link, const quorum::QuorumPacket& packet);
  Inherited what_is_inherited() const;
  bool may_be_cut_back(const LearnerLink& link) const;
  void judge_those_ahead();
  void refuse_ahead(LearnerLink& link);
  void invite(LearnerLink& link);
  void begin_synchronization();
  // Synchronisation
  void synchronize(LearnerLink& link);
  void number_first_config();
  void took_history(LearnerLink& link);
  void use_epoch();
  void activate(LearnerLink& link);
  void activate_or_prove(LearnerLink& link);
  void activate_proven();
  // Broadcast
  [[nodiscard]] bool accept(LearnerLink& link, const quorum::QuorumPacket& packet);
  [[nodiscard]] bool acknowledged(LearnerLink& link, Zxid zxid);
  void pass_on(const LearnerLink& link, const quorum::QuorumPacket& packet);
  void close(LearnerLink& link, std::string reason = {});
  void forget(const LearnerLink& gone);
  void look_for_quorum();
  void decide_whom_to_rely_on();
  bool has_room() const { return broadcast_->last_proposed().counter() < core_.options.last_counter; }

  Core& core_;
  Phase phase_ = Phase::discovery;
  Discovery discovery_;
  Inherited inherited_;
  LearnerLinks links_;
  QuorumWatch watch_;
  std::optional<Synchronizer> sync_;    // once the epoch is promised
  std::optional<Broadcast> broadcast_;  // once it is in use
  std::optional<uint32_t> held_start_of_;
  uint32_t epoch_ = 0;               // once fixed
  std::optional<uint32_t> renewed_;  // the epoch in use until the next one is
  Zxid renewed_at_;                  // the end of the last one that was renewed
  Instant phase_began_;              // or last made progress
  int64_t strangers_ = 0;            // learners that named no server
  bool stopping_ = false;
  bool over_ = false;
};

}  // namespace paddock::zab
