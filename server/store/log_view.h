// What a reader needs of the log to read it without its owner.
#pragma once

#include <cstdint>
#include <vector>

#include "server/store/wal_segment.h"

namespace paddock::store {

struct LogView {
  // Counts what may change or remove bytes that were there: truncations, purges, another base.
  uint64_t generation = 0;
  std::vector<Segment> segments;
};

}  // namespace paddock::store
