// DeltaCutter: when what changed goes to the checkpoint: at transaction boundaries, when enough
// has changed.
//
// Invariants
// 1. A delta's zxid is that of a transaction in the log, or of the snapshot below it, never the (e,0) of a
// new
//    epoch: a checkpoint ahead of the log means that the log has lost its end.
// 2. While another state is on its way no delta is cut: those before hold all of the old state, those after
//    build on the new one.
#pragma once

#include <utility>
#include <vector>

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
    if (state_.pending_delta_bytes() > bytes_) cut();
  }
  // All that is left, however little: before an epoch begins, and at the end.
  void flush() {
    if (state_.pending_delta_bytes() > 0) cut();
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
  }
  // It does not come.
  void resume() { suspended_ = false; }
  std::vector<znode::Delta> take() { return std::exchange(deltas_, {}); }

 private:
  void cut() {
    if (!suspended_) deltas_.push_back(state_.take_delta());
  }

  znode::State& state_;
  const size_t bytes_;
  std::vector<znode::Delta> deltas_;
  bool suspended_ = false;
};

}  // namespace paddock::replica
