// What the snapshot command shows of a stored state: nodes in tree order, and a summary of them. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "client/shell/subtree.h"
#include "znode/state.h"

namespace paddock::client::tools {

struct TreeLimits {
  size_t depth = SIZE_MAX;     // 0: the node itself
  size_t children = SIZE_MAX;  // of each node, the first ones by name
};

// `path` and what is below it. Requires: it is there.
std::vector<shell::Found> nodes_of(const znode::Tree& tree, const std::string& path,
                                   const TreeLimits& limits = {});

struct TreeSummary {
  size_t nodes = 0;
  size_t ephemerals = 0;
  int64_t data_bytes = 0;
  // By path and number, the largest first; none with 0.
  std::vector<std::pair<std::string, int64_t>> most_data;
  std::vector<std::pair<std::string, int64_t>> most_children;
};

// `rows`: how many of the largest.
TreeSummary summary_of(const std::vector<shell::Found>& nodes, size_t rows);

}  // namespace paddock::client::tools
