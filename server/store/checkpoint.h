// The checkpoint: the applied state in LevelDB, advanced by deltas (DESIGN.md section 5).
//
// Owner: the checkpoint thread, after open() and load() on the start thread. Non-OK from LevelDB is
// fail-stop.
//
// Invariants
// 1. Each batch carries the `applied` zxid and the checksum of the state it makes: what is read back is the
//    state after exactly one transaction.
// 2. A batch is synced before applied() moves and before the log below it may go.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "protocol/base/ids.h"
#include "protocol/base/result.h"
#include "server/store/checkpoint_image.h"
#include "server/store/env.h"
#include "znode/delta.h"
#include "znode/state.h"

namespace paddock::store {

struct CheckpointOptions {
  size_t write_buffer_bytes = 4 << 20;  // LevelDB's
};

class Checkpoint {
 public:
  // Creates the database if there is none.
  static Result<std::unique_ptr<Checkpoint>> open(Env& env, const std::string& directory,
                                                  const CheckpointOptions& options = {});
  ~Checkpoint();

  // Fills `state`; true if there was a state to load. A fault names what does not add up. `floor`: the last
  // checkpoint point noted in the log; a database that is behind it has lost data and is refused.
  Result<bool> load(znode::State& state, Zxid floor);

  // Writes the next delta as one batch, durably. Requires: load() was called; deltas are consecutive.
  Status write(znode::Delta delta);
  // Entries of a state that is not whole before the next write(). Requires: nothing was written yet.
  Status fill(znode::Delta entries);
  // The state at applied(). Requires: load() was called; the checkpoint outlives the image.
  std::unique_ptr<CheckpointImage> open_image() const;
  Zxid applied() const;         // of the last durable batch
  uint64_t live_bytes() const;  // of the database, about

 private:
  struct Impl;
  explicit Checkpoint(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace paddock::store
