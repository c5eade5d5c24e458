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
//
// An ensemble of one takes the same way: a quorum of one elects itself, raises its epoch on disk, and commits
// when its own log says that a proposal is durable.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "protocol/base/bytes.h"
#include "protocol/base/ids.h"
#include "protocol/base/random.h"
#include "protocol/base/result.h"
#include "protocol/base/time.h"
#include "protocol/quorum/records.h"
#include "server/store/contract.h"
#include "server/zab/membership.h"
#include "server/zab/ready.h"

namespace paddock::zab {

struct EngineOptions {
  ServerId self;
  Membership membership;
  int32_t tick_ms = 3000;
  int32_t init_limit_ticks = 10;
  int32_t sync_limit_ticks = 5;
  size_t history_count = 500;             // committed transactions kept in memory for DIFF (commitLogCount)
  size_t learner_queue_bytes = 64 << 20;  // a learner whose queue grows beyond is dropped
  uint32_t last_counter = 0xfffffffe;     // rollover; lower in tests
};

// A fault for a configuration that no engine can take part in. To be asked before an engine is made.
Status can_run(const EngineOptions& options);

// What monitoring asks a leader for, beyond role and positions.
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
  // is outstanding, an ensemble of one starts a new epoch by itself and says Serving again; the leader of
  // several gives up its role, and the next election opens the epoch.
  bool may_propose() const;
  // The zxid that the next proposal must carry. Requires: may_propose().
  Zxid next_zxid() const;
  // Requires: may_propose(), zxid == next_zxid(), and the transaction's header carries it.
  void propose(Zxid zxid, Bytes txn);
  // On a learner: send to the leader (REQUEST, REVALIDATE, SYNC, answers to PING). Without a leader to whom
  // that means something it is dropped: StoppedServing is on its way.
  void send_to_leader(quorum::PacketType type, Zxid zxid, Bytes data, Bytes authinfo);
  // On a leader: to one learner (REVALIDATE's answer, SYNC).
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
  ServerId leader() const;   // none (-1) while looking
  Zxid last_logged() const;  // durable
  Zxid last_proposed() const;
  Zxid last_committed() const;
  store::Epochs epochs() const;
  size_t outstanding() const;  // proposed, not committed
  EngineStatus status() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace paddock::zab
