// What a start finds of a log, against what it may find: all that was durable and, of the work that was in
// flight, what a prefix of it makes. A truncation may have gone a part of its way.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "protocol/base/ids.h"
#include "server/store/contract.h"
#include "tests/sim/disk_image.h"

namespace paddock::sim {

struct FoundLog {
  store::Epochs epochs;
  Zxid base;  // what the oldest entry follows
  std::vector<store::Append> entries;
  Zxid last;
};

// Rule Z10. `durable`: what had been told to be durable.
void check_recovery(const DiskImage& durable, const std::deque<std::optional<store::LogWork>>& in_flight,
                    const FoundLog& found);

}  // namespace paddock::sim
