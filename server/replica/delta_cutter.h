// DeltaCutter: when what changed goes to the checkpoint: at transaction boundaries, at about 1 MiB.
#pragma once

#include <utility>
#include <vector>

#include "znode/delta.h"
#include "znode/state.h"

namespace paddock::replica {

class DeltaCutter {
 public:
  static constexpr size_t kBytes = 1 << 20;

  // `state` must outlive the cutter. Changes count from here on, so that a recovered log tail reaches the
  // checkpoint too. A state that came from no checkpoint is itself the first delta.
  DeltaCutter(znode::State& state, bool from_checkpoint) : state_(state) {
    if (!from_checkpoint) deltas_.push_back(state.full_delta());
    state.record_changes(true);
  }

  // A transaction was applied.
  void applied() {
    if (state_.pending_delta_bytes() > kBytes) deltas_.push_back(state_.take_delta());
  }
  // All that is left, however little.
  void flush() {
    if (state_.pending_delta_bytes() > 0) deltas_.push_back(state_.take_delta());
  }
  std::vector<znode::Delta> take() { return std::exchange(deltas_, {}); }

 private:
  znode::State& state_;
  std::vector<znode::Delta> deltas_;
};

}  // namespace paddock::replica
