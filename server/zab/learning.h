// Learning: the role of a follower or an observer, from the decision of an election to the loss of the
// leader: connecting, discovery, synchronisation and broadcast (spec/quorum-protocol.md 6.1, 7.3, 8).
//
// Owner: Engine. Once over() it does nothing more; the engine then calls leave() and drops it.
//
// Invariants
// 1. ACKEPOCH leaves when the accepted epoch is durable.
// 2. Every PROPOSAL that the ACK of NEWLEADER does not speak for is acknowledged, one by one, in order, when
//    it is durable. An observer acknowledges none.
// 3. What the leader sends can end the role, and do nothing worse.
// 4. A committed reconfiguration that changes the leader, or what this server is, ends the role.
// 5. A server that may have forgotten a promise (DESIGN.md rule 8) takes the leader's history as an observer
//    whom no configuration names, and promises nothing. It enters the epoch once a quorum is known to have
//    followed this leader since it came, and then leaves, to come back under its own id. Without that a
//    leader who was deposed by what was forgotten could count on it again.
// 6. A leader whose counter is used up begins the next epoch over the same link, with LEADERINFO (DESIGN.md
//    rule 9). This server serves on meanwhile, and its log stays as it is.
// 7. A follower takes observers itself while it serves an epoch, if it has a port for them. An observer may
//    take a follower for its leader: what it hears is what that one has committed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocol/base/bytes.h"
#include "protocol/base/ids.h"
#include "protocol/base/time.h"
#include "protocol/quorum/records.h"
#include "server/zab/core.h"
#include "server/zab/master_rota.h"
#include "server/zab/observer_master.h"
#include "server/zab/sync_receiver.h"

namespace paddock::zab {

class Learning {
 public:
  Learning(Core& core, ServerId leader);

  // --- In. Links other than the one to the leader are ignored.
  void tick();
  std::optional<Instant> wake_at() const;
  void link_up(LinkId link);
  void link_down(LinkId link);
  void receive(LinkId link, const quorum::QuorumPacket& packet);
  void receive_snapshot(LinkId link, Bytes piece, bool last);
  void state_refused();
  void deliver(const EpochPromise& promise);
  void deliver(const HistoryPromise& promise);
  void deliver(const ServingPromise& promise);
  void deliver(const LogPromise& promise);
  void send_to_leader(quorum::PacketType type, Zxid zxid, const Bytes& data, const Bytes& authinfo);
  void stop() { over_ = true; }
  void give_up() { over_ = true; }
  [[nodiscard]] bool distrust_state(std::string reason);
  void advance();
  void handed_out();

  // --- Out
  ServerId leader() const { return leader_; }
  // Whom it learns from: the leader, or the master that an observer has chosen.
  ServerId master() const { return master_.server; }
  // Null: none can be here.
  ObserverMaster* observers() { return observers_ ? &*observers_ : nullptr; }
  const ObserverMaster* observers() const { return observers_ ? &*observers_ : nullptr; }
  Role role() const { return observes_ || stranger_ ? Role::observing : Role::following; }
  Phase phase() const;
  std::optional<uint32_t> epoch_in_use() const;
  // Nothing is known of the leader but its name.
  bool connecting() const { return stage_ == Stage::connecting; }
  bool over() const { return over_; }
  void leave();

 private:
  enum class Stage { connecting, joining, promising, syncing, waiting, serving };

  MasterRota::Master choose_master();
  void connect();
  // `reason`: for the operator.
  void refuse(std::string reason = {});
  void take_leader_info(const quorum::QuorumPacket& packet);
  void take_sync(const quorum::QuorumPacket& packet);
  void serve();
  void renew(const quorum::QuorumPacket& packet);
  void wait_for_proof();
  void answer_idly(const quorum::QuorumPacket& packet);
  void take_broadcast(const quorum::QuorumPacket& packet);
  void take_proposal(Zxid zxid, const quorum::Buffer& txn);
  // `leader`: that a reconfiguration names.
  void take_commit(Zxid zxid, std::optional<ServerId> leader = {});
  void take_suggestion(const quorum::Buffer& data);
  void take_inform(Zxid zxid, const quorum::Buffer& txn);
  void end_mastering();
  Instant deadline() const;

  Core& core_;
  const ServerId leader_;
  const bool observes_;  // as it introduces itself; one without a vote follows like a voter
  Stage stage_ = Stage::connecting;
  MasterRota::Master master_;
  Instant turn_began_;  // of this master
  LinkId link_;
  bool link_open_ = false;  // or being opened
  Instant began_;
  Instant retry_at_;
  Instant heard_;
  uint32_t epoch_ = 0;              // once LEADERINFO is here
  std::optional<uint32_t> in_use_;  // the epoch that is served
  bool promised_before_ = false;
  const bool stranger_;  // it may have forgotten a promise
  bool leader_is_ours_ = false;
  Instant proven_at_;  // in stage waiting
  bool entering_ = false;
  std::optional<SyncReceiver> sync_;
  std::optional<ObserverMaster> observers_;
  std::string reason_;  // what the leader did that no leader does
  bool over_ = false;
};

}  // namespace paddock::zab
