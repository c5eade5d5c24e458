// DeltaCutter: when what changed goes to the checkpoint: when it is much, or when the host asks because the
// log has grown long. A delta is built a few entries at a time, so a cut holds nobody up.
//
// Invariants
// 1. A delta's zxid is that of a transaction in the log, or of the snapshot below it, never the (e,0) of a
//    new epoch: a checkpoint ahead of the log means that the log has lost its end.
// 2. A delta is built faster than the next one grows: more entries a transaction than one changes as a rule.
// 3. While another state is on its way no delta is cut: those before hold all of the old state, those after
//    build on the new one. No batch that has the end of the snapshot has one of those after: it takes a commit, and
//    nothing is committed before the end is durable.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "protocol/base/check.h"
#include "znode/delta.h"
#include "znode/state.h"

namespace paddock::replica {

class DeltaCutter {
 public:
  // `state` must outlive the cutter, and is what the checkpoint holds. Changes count from here on, so that a
  // recovered log tail reaches the checkpoint too.
  DeltaCutter(znode::State& state, size_t bytes) : state_(state), bytes_(bytes) { state.record_changes(true); }

  // A transaction was applied.
  void applied() {
    if (state_.delta_begun()) {
      build(kEntriesPerTransaction);
    } else if (!suspended_ && state_.pending_delta_bytes() > bytes_) {
      state_.begin_delta();
    }
  }
  // The checkpoint is to move on, however little has changed.
  void cut() {
    if (!suspended_ && !state_.delta_begun() && state_.pending_delta_bytes() > 0) state_.begin_delta();
  }
  // All that is left, however little, and at once: before an epoch begins, and at the end.
  void flush() {
    if (suspended_) return;
    if (state_.delta_begun()) build(SIZE_MAX);
    if (state_.pending_delta_bytes() > 0) add(state_.take_delta());
  }
  // Another state is on its way.
  void suspend() {
    flush();
    suspended_ = true;
  }
  // It is there, and is what the checkpoint holds.
  void restart() {
    state_.record_changes(true);
    suspended_ = false;
    replaced_ = true;
  }
  // It does not come.
  void resume() { suspended_ = false; }
  // What is whole. Once per batch: a delta goes on without transactions, too. `snapshot_ends`: the disk's work of
  // this batch has the end of a snapshot.
  std::vector<znode::Delta> take(bool snapshot_ends = false) {
    if (state_.delta_begun()) build(kEntriesPerBatch);
    PADDOCK_CHECK(!snapshot_ends || !has_new_, "a delta of a state whose snapshot ends only now");
    replaced_ = has_new_ = false;
    return std::exchange(deltas_, {});
  }

 private:
  static constexpr size_t kEntriesPerTransaction = 2;
  static constexpr size_t kEntriesPerBatch = 100;

  void build(size_t entries) {
    if (std::optional<znode::Delta> whole = state_.build_delta(entries)) add(std::move(*whole));
  }
  void add(znode::Delta delta) {
    deltas_.push_back(std::move(delta));
    has_new_ = replaced_;
  }

  znode::State& state_;
  const size_t bytes_;
  std::vector<znode::Delta> deltas_;
  bool suspended_ = false;
  // Of this batch
  bool replaced_ = false;  // another state has come
  bool has_new_ = false;   // a delta of it was cut
};

}  // namespace paddock::replica
