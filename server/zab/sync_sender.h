// SyncSender: carries out one learner's sync plan: the opening packet, a snapshot image if need be, old
// history from the disk, then history from memory, piece by piece at the pace of the link.
//
// Owner: its LearnerLink.
//
// Invariants
// 1. Every entry above the learner's base and up to the end of the plan is sent once, in order, as PROPOSAL
//    and COMMIT. Nothing above the end is.
// 2. Nothing is sent before it is certain that there is a way from the base to the end.
// 3. Memory holds one piece of what the disk gave, and references to what was in memory when the plan was
//    made.
#pragma once

#include <cstdint>
#include <vector>

#include "protocol/base/bytes.h"
#include "protocol/base/ids.h"
#include "server/store/contract.h"
#include "server/zab/core.h"
#include "server/zab/history.h"
#include "server/zab/sync_plan.h"

namespace paddock::zab {

class SyncSender {
 public:
  enum class Progress { going_on, finished, impossible };

  // `entries`: what memory holds above `before`, up to the end of the plan.
  SyncSender(Core& core, LinkId link, const SyncPlan& plan, Zxid before, std::vector<LogEntry> entries);

  Progress begin() { return go_on(); }
  Progress drained();
  // From its beginning on, to the end of the sync.
  bool sends_image() const { return image_read_ != 0; }
  bool awaits_history(uint64_t id) const {
    return waits_for_disk_ && step_ == Step::disk && id == history_read_;
  }
  bool awaits_image(uint64_t id) const {
    return waits_for_disk_ && step_ == Step::image && id == image_read_;
  }
  // Requires: awaits_history(history.id).
  Progress fetched(const store::HistoryFetched& history);
  // Requires: awaits_image(piece.id).
  Progress image(const store::SnapshotPiece& piece);

  // The learner holds everything up to here once it has received what was sent.
  Zxid sent() const { return sent_; }
  // The image on disk is let go. To be called when the sender is done or dropped.
  void end();

 private:
  enum class Step { open, image, disk, memory, done };

  Progress go_on();
  void open();
  void send_opening(quorum::PacketType type, Zxid zxid);
  void read_image();
  void read_disk();
  void send_next_from_memory();
  void send_entry(Zxid zxid, const Bytes& txn);
  void count(size_t bytes);

  Core& core_;
  const LinkId link_;
  const Zxid before_;
  const std::vector<LogEntry> entries_;
  SyncPlan plan_;
  Step step_ = Step::open;
  Zxid sent_;
  size_t next_entry_ = 0;
  bool opened_ = false;
  bool waits_for_disk_ = false;
  bool waits_for_link_ = false;
  uint64_t image_read_ = 0;    // 0: no image is open
  uint64_t history_read_ = 0;  // the last one asked for
  size_t burst_bytes_ = 0;     // sent since the last input
};

}  // namespace paddock::zab
