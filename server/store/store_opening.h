// A start: finds out what the directories hold, refuses what may have forgotten a promise (DESIGN.md rule 8),
// and sets up what was never used.
//
// Invariant: FORMAT is written last. A directory with it must hold everything; one without it holds nothing
// that was ever promised.
#pragma once

#include <memory>
#include <string>

#include "protocol/base/result.h"
#include "server/store/base.h"
#include "server/store/checkpoint.h"
#include "server/store/contract.h"
#include "server/store/env.h"
#include "server/store/store.h"
#include "server/store/wal.h"

namespace paddock::store {

struct OpenedStore {
  StoreDirectories directories;
  Base base;
  std::unique_ptr<File> data_lock;
  std::unique_ptr<File> log_lock;  // none if both directories are the same
  std::unique_ptr<Wal> wal;
  std::unique_ptr<Checkpoint> checkpoint;  // null: to be filled from the base's snapshot
  Zxid noted_checkpoint;                   // in the log
  bool damaged = false;                    // Recovered::damage is told
  Recovered recovered;
};

Result<OpenedStore> open_store(Env& env, const StoreOptions& options, znode::State& state);

}  // namespace paddock::store
