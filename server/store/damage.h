// What a server of an ensemble does with damaged data (DESIGN.md rule 8): it puts all of it aside, under a
// name that tells, and starts as an empty one that knows that it may have forgotten promises. Nothing is
// deleted.
//
//   paddock/DAMAGE       why; from before anything is put aside until the server holds a leader's history
//   again paddock/damaged-<n>/ what was put aside
#pragma once

#include <string>
#include <string_view>

#include "protocol/base/result.h"
#include "server/store/base.h"
#include "server/store/env.h"

namespace paddock::store {

// Why this server may have forgotten a promise; empty if it has not.
Result<std::string> read_damage(Env& env, const StoreDirectories& directories);
// Notes `why` durably, unless an earlier reason stands; then puts everything but the locks aside.
Status put_damage_aside(Env& env, const StoreDirectories& directories, std::string_view why);
Status forget_damage(Env& env, const StoreDirectories& directories);

}  // namespace paddock::store
