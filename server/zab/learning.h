// Learning: the role of a follower or an observer, from the decision of an election to the loss of the
// leader: connecting, discovery, synchronisation and broadcast (spec/quorum-protocol.md 6.1, 7.3, 8).
//
// Owner: Engine. Once over() it does nothing more; the engine then calls leave() and drops it.
//
// Invariants
// 1. ACKEPOCH leaves when the accepted epoch is durable.
// 2. Every PROPOSAL that the ACK of NEWLEADER does not speak for is acknowledged, one by one, in order, when
// it
//    is durable. An observer acknowledges none.
// 3. What the leader sends can end the role, and do nothing worse.
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/base/bytes.h"
#include "protocol/base/ids.h"
#include "protocol/base/time.h"
#include "protocol/quorum/records.h"
#include "server/zab/core.h"
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
  void advance();
  void handed_out();

  // --- Out
  ServerId leader() const { return leader_; }
  Role role() const { return core_.is_voter() ? Role::following : Role::observing; }
  Phase phase() const;
  std::optional<uint32_t> epoch_in_use() const;
  // Nothing is known of the leader but its name.
  bool connecting() const { return stage_ == Stage::connecting; }
  bool over() const { return over_; }
  void leave();

 private:
  enum class Stage { connecting, joining, promising, syncing, serving };

  void connect();
  void refuse() { over_ = true; }
  void take_leader_info(const quorum::QuorumPacket& packet);
  void take_sync(const quorum::QuorumPacket& packet);
  void serve();
  void take_broadcast(const quorum::QuorumPacket& packet);
  void take_proposal(Zxid zxid, const quorum::Buffer& txn);
  void take_commit(Zxid zxid);
  void take_inform(Zxid zxid, const quorum::Buffer& txn);
  void pass_on(const quorum::QuorumPacket& packet);
  Instant deadline() const;

  Core& core_;
  const ServerId leader_;
  Stage stage_ = Stage::connecting;
  LinkId link_;
  bool link_open_ = false;  // or being opened
  Instant began_;
  Instant retry_at_;
  Instant heard_;
  uint32_t epoch_ = 0;  // once LEADERINFO is here
  bool promised_before_ = false;
  std::optional<SyncReceiver> sync_;
  bool over_ = false;
};

}  // namespace paddock::zab
