// A stored snapshot, loaded: into a state (at a start), or into an empty checkpoint (when it has become the
// base). Both stream, with a few MiB in memory besides what they fill.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "protocol/base/ids.h"
#include "protocol/base/result.h"
#include "server/store/checkpoint.h"
#include "server/store/env.h"
#include "znode/state.h"

namespace paddock::store {

// Replaces what `state` holds. Requires: the file is of `zxid`; otherwise a fault, as for damage.
Status load_snapshot(Env& env, const std::string& path, Zxid zxid, znode::State& state);

// A new checkpoint in `directory`, which is emptied before. Nothing if `abandoned` says so meanwhile; then
// what is there counts nothing.
Result<std::unique_ptr<Checkpoint>> checkpoint_from_snapshot(Env& env, const std::string& path, Zxid zxid,
                                                             const std::string& directory,
                                                             const CheckpointOptions& options,
                                                             const std::function<bool()>& abandoned);

}  // namespace paddock::store
