// How much there is below each node. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "client/shell/subtree.h"

namespace paddock::client::shell {

struct Usage {
  std::string path;
  int64_t bytes = 0;  // of data, of the node itself as well
  int64_t nodes = 0;
  friend bool operator==(const Usage&, const Usage&) = default;
};

// One for `root` and one for each node up to `depth` levels below it, each with all that is below it; the
// root first, then by size. `nodes`: the whole subtree.
std::vector<Usage> usage_of(const std::string& root, const std::vector<Found>& nodes, size_t depth);

}  // namespace paddock::client::shell
