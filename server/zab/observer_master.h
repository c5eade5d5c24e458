// ObserverMaster: what a follower does for observers (observerMasterPort; the class has ZooKeeper's name). It
// brings their logs to what is committed here and tells them of every commit. What they ask for goes to the
// replica, which asks the leader under this server's name.
//
// Owner: Learning, of a follower, while it serves an epoch.
//
// Invariants
// 1. Observers are told of nothing that is not committed here.
// 2. An observer that holds more of this epoch than is committed here waits until it no longer does: its
//    leader, or another master, has told it of a commit that has yet to arrive here. Cut back, it would show
//    its clients an older state.
// 3. All links end with the epoch, or with the role. Observers then ask anew who leads, and come again, here
//    or elsewhere.
// 4. What an observer sends can close its link, and do nothing worse.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocol/base/bytes.h"
#include "protocol/base/ids.h"
#include "protocol/base/time.h"
#include "protocol/quorum/records.h"
#include "server/zab/core.h"
#include "server/zab/learner_links.h"
#include "server/zab/link_watch.h"
#include "server/zab/synchronizer.h"

namespace paddock::zab {

class ObserverMaster {
 public:
  // Listens from now on. Everything the epoch began with is committed here.
  ObserverMaster(Core& core, uint32_t epoch);

  // --- In. Links that are not an observer's are ignored.
  void tick();
  Instant wake_at() const { return watch_.next(); }
  void link_up(LinkId link) { links_.add(link); }
  void link_down(LinkId link);
  void receive(LinkId link, const quorum::QuorumPacket& packet);
  void link_drained(LinkId link);
  void history_fetched(const store::HistoryFetched& history) { sync_.fetched(history); }
  void snapshot_piece(const store::SnapshotPiece& piece) { sync_.image(piece); }
  void refuse(LinkId link, std::string reason);
  // It was committed here just now; `leader`: that a reconfiguration has named.
  void committed(Zxid zxid, const Bytes& txn, std::optional<ServerId> leader);
  void send_to_observer(LinkId link, quorum::PacketType type, Zxid zxid, const Bytes& data) {
    links_.answer(link, type, zxid, data);
  }
  // Closes the port and every link.
  void leave();

  // --- Out
  void report(EngineStatus& status) const;

 private:
  [[nodiscard]] bool accept(LearnerLink& link, const quorum::QuorumPacket& packet);
  [[nodiscard]] bool join(LearnerLink& link, const quorum::QuorumPacket& packet);
  [[nodiscard]] bool take_ack_epoch(LearnerLink& link, const quorum::QuorumPacket& packet);
  [[nodiscard]] bool acknowledged(LearnerLink& link, Zxid zxid);
  bool is_ahead(const LearnerLink& link) const { return link.position > core_.ledger.last_committed(); }
  void synchronize_who_waited();

  Core& core_;
  const uint32_t epoch_;
  LearnerLinks links_;
  LinkWatch watch_;
  Synchronizer sync_;
  size_t ahead_ = 0;      // how many wait, or have waited, by invariant 2
  int64_t nameless_ = 0;  // observers that named no server
};

}  // namespace paddock::zab
