// What a start makes of the files of a log: walks every segment, tells a torn tail from damage, and leaves
// only what is whole and durable.
//
// Invariants
// 1. A tail is discarded only where nothing whole behind it says that it was durable.
// 2. What is returned is durable, names included: a crash right after loses none of it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "protocol/base/result.h"
#include "server/store/env.h"
#include "server/store/wal.h"
#include "server/store/wal_segment.h"

namespace paddock::store {

struct RecoveredLog {
  std::vector<Segment> segments;  // oldest first; none: there is no log
  std::unique_ptr<File> newest;
  WalContents contents;
};

// Records above `above` are returned. A fault names file, offset and zxid of what is damaged.
Result<RecoveredLog> recover_log(Env& env, const std::string& directory, Zxid above);

}  // namespace paddock::store
