// Old records read back from the log, for a learner that is far behind.
#pragma once

#include <span>

#include "protocol/base/result.h"
#include "server/store/contract.h"
#include "server/store/env.h"
#include "server/store/wal_segment.h"

namespace paddock::store {

// `segments`: oldest first, consecutive. Every byte is verified; a damaged one is a fault that names it.
Result<HistoryFetched> read_history(Env& env, std::span<const Segment> segments, const HistoryRead& wanted);

}  // namespace paddock::store
