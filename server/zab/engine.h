// The ZAB engine: a value machine (DESIGN.md section 3). Inputs in, one Ready out per batch; it never blocks,
// never throws, owns no thread, reads no clock and opens nothing. A transaction is opaque bytes with a zxid.
//
// Owner: the replica. One thread.
//
// Invariants
// 1. A message that is a promise (Message::after) leaves only when the disk work it names is durable, and so
//    does every later promise on that link.
// 2. A transaction appears in Ready::sequence once, in zxid order, and only when it is committed.
// 3. Within an epoch counters are 1, 2, 3, ... without a gap; never at or above 2^32 - 1.
// 4. accepted epoch and current epoch never decrease.
// 5. The only transaction it looks into is a reconfiguration, and only if that is enabled: which
//    configuration decides what is said in configs.h.
//
// An ensemble of one takes the same way: a quorum of one elects itself, raises its epoch on disk, and commits
// when its own log says that a proposal is durable.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/bytes.h"
#include "protocol/base/ids.h"
#include "protocol/base/random.h"
#include "protocol/base/result.h"
#include "protocol/base/time.h"
#include "protocol/quorum/records.h"
#include "server/store/contract.h"
#include "server/zab/configs.h"
#include "server/zab/membership.h"
#include "server/zab/ready.h"
#include "server/zab/reconfig.h"

namespace paddock::zab {

struct EngineOptions {
  ServerId self;
  Membership membership;           // empty: an ensemble of one that stays alone
  bool reconfig_enabled = false;   // else the membership is fixed
  bool standalone_enabled = true;  // a reconfiguration must leave two voters
  bool has_oracle = false;         // oracle_says() will be called
  int32_t tick_ms = 3000;
  int32_t init_limit_ticks = 10;
  int32_t sync_limit_ticks = 5;
  size_t history_count = 500;             // committed transactions kept in memory for DIFF (commitLogCount)
  size_t learner_queue_bytes = 64 << 20;  // a learner whose queue grows beyond is dropped
  // Syncs of learners that go on at a time. An observer that would be one more is turned away and comes
  // again; a follower is not, but counts.
  size_t snapshot_syncs = 10;          // those with a snapshot (leader.maxConcurrentSnapSyncs)
  size_t diff_syncs = 100;             // the others (leader.maxConcurrentDiffSyncs)
  uint32_t last_counter = 0xfffffffe;  // rollover; lower in tests
  // A follower takes observers there, and an observer goes to a follower of its choice. 0: neither.
  int32_t observer_master_port = 0;
  // An observer rests up to so long before it asks for a leader again, and before it goes to its master.
  int32_t observer_election_delay_ms = 0;
  int32_t observer_reconnect_delay_ms = 0;
  // What is wrong with a transaction that a leader sends: it is opaque here, and what is logged gets
  // committed. Null: nothing ever is.
  Status (*check_txn)(Zxid zxid, std::string_view txn) = nullptr;
};

// A fault for a configuration that no engine can take part in. To be asked before an engine is made.
Status can_run(const EngineOptions& options);

// What monitoring asks for, beyond role and positions: of a leader, or of a follower that has observers.
struct EngineStatus {
  size_t learners = 0;  // connections, whatever their stage
  size_t synced_followers = 0;
  size_t synced_observers = 0;
  size_t pending_syncs = 0;
};

class Engine {
 public:
  // `recovered` is what the disk holds; its tail is inherited history, not yet committed above commit_point.
  // The first tick() starts the election. Requires: can_run(options).ok().
  Engine(const EngineOptions& options, const store::Recovered& recovered, Random random);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // --- In: time. To be called at wake_at() at the latest; more often does no harm. A host that was paused
  // and wakes late calls it before anything else, so that a leader which was deposed meanwhile notices.
  void tick(Now now);
  // Nothing: no timer runs.
  std::optional<Instant> wake_at() const;

  // The oracle's answer to a question that was asked at this time; see oracle.h. To be told several times
  // within Oracle::kWordMs: without a word nothing is granted. With a server that is a quorum by its word
  // alone (Configs::sole) tick() comes before every take_ready().
  void oracle_says(bool grants, Instant asked_at, Now now);

  // --- In: the network
  void election_message(ServerId from, const quorum::Notification& message, Now now);
  // A connection of the mesh is there.
  void election_link_up(ServerId peer, Now now);
  // The peer refused or reset it: nobody listens there now.
  void election_link_down(ServerId peer, Now now);
  // A learner reached us, or we reached the leader.
  void link_up(LinkId link, Now now);
  // Also the answer to a ConnectToLeader that failed. Nothing of this link comes any more.
  void link_down(LinkId link, Now now);
  // A packet of a link that the engine closed is ignored. A packet that no server sends closes the link.
  void receive(LinkId link, const quorum::QuorumPacket& packet, Now now);
  // A piece of the stream that follows a SNAP packet.
  void receive_snapshot(LinkId link, Bytes piece, bool last, Now now);
  // What was sent on the link has left, but for a rest below the host's low-water mark. Said after every
  // PacketOut and SnapshotOut that took the link above it: a snapshot and old history are sent piece by piece
  // at the pace of the link.
  void link_drained(LinkId link, Now now);

  // --- In: our own clients and the replica
  // True while this server leads an established epoch and the counter has room. When it has none, and nothing
  // is outstanding, the leader begins a new epoch, alone or with its learners, and all say Serving again; if
  // a voter among them is no Paddock server it gives up its role, and the next election opens the epoch.
  bool may_propose() const;
  // The zxid that the next proposal must carry. Requires: may_propose().
  Zxid next_zxid() const;
  // Requires: may_propose(), zxid == next_zxid(), and the transaction's header carries it.
  void propose(Zxid zxid, Bytes txn);
  // What a reconfiguration would make of the ensemble, in ZooKeeper's order of checks; its transaction is
  // proposed like any other. Requires: may_propose().
  ReconfigPlan plan_reconfig(const ReconfigOrder& order, Zxid zxid) const;
  // The state that came by a snapshot holds this configuration: it was committed. Nothing happens if it is
  // none, or not newer than what is known.
  void adopt_config(const std::string& text);
  // On a learner: send to the leader (REQUEST, REVALIDATE, SYNC, answers to PING). Without a leader to whom
  // that means something it is dropped: StoppedServing is on its way.
  void send_to_leader(quorum::PacketType type, Zxid zxid, Bytes data, Bytes authinfo);
  // A learner has sent what no server sends: its link is closed.
  void refuse_learner(LinkId link, std::string reason, Now now);
  // The state that the leader's transactions have made here is not the leader's. True: the leader is one of
  // ours, so it is left, and the next sync is to be a snapshot. False: there is nothing to be done, for the
  // leader is a Java server, or the state of this epoch came by a snapshot already, or this server leads.
  [[nodiscard]] bool distrust_state(std::string reason, Now now);
  // On a leader, or a follower that has observers: to one learner (REVALIDATE's answer, SYNC).
  void send_to_learner(LinkId link, quorum::PacketType type, Zxid zxid, Bytes data);
  // sync (rule 7): Ready::sequence carries SyncPoint{id} once a quorum has answered a PING sent after this.
  // Dropped by a server that does not lead: StoppedServing is on its way.
  void request_sync(uint64_t id);
  // SIGTERM: drain, hand over, close links. Ready::sequence says StoppedServing when all is drained.
  void stop_leading();

  // --- In: the disk
  void persisted(DiskSeq seq);
  void history_fetched(const store::HistoryFetched& history, Now now);
  void snapshot_piece(const store::SnapshotPiece& piece, Now now);
  // The stream of StatePiece is none, or its state does not fit: the leader is left, nothing is kept. To be
  // said before the next take_ready() after the last piece.
  void state_refused(Now now);

  // --- Out. Everything since the last call; may be empty. To be called until it is.
  Ready take_ready();

  // --- Status
  Role role() const;
  Phase phase() const;
  // None (-1) while looking. Of an observer that follows a follower: as the election told it, which its
  // master may know better.
  ServerId leader() const;
  // Of an observer: the follower or the leader that it learns from.
  std::optional<ServerId> observer_master() const;
  Zxid last_logged() const;  // durable
  Zxid last_proposed() const;
  Zxid last_committed() const;
  store::Epochs epochs() const;
  size_t outstanding() const;  // proposed, not committed
  const Configs& configs() const;
  EngineStatus status() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace paddock::zab
