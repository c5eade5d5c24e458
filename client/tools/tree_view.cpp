#include "client/tools/tree_view.h"

#include <algorithm>
#include <functional>

#include "znode/tree_walk.h"

namespace paddock::client::tools {
namespace {

using shell::Found;
using Row = std::pair<std::string, int64_t>;

// Leaves out what lies too deep, and behind the first children of each node. `nodes` in tree order.
std::vector<Found> limited(const std::string& root, std::vector<Found> nodes, const TreeLimits& limits) {
  std::vector<Found> kept;
  std::vector<size_t> open;          // in `kept`, the nodes that the next may lie below, by depth
  std::vector<size_t> shown;         // so many children of each
  size_t left_out_depth = SIZE_MAX;  // below a node of that depth, which was left out, nothing is shown
  for (Found& node : nodes) {
    const size_t depth = shell::depth_below(root, node.path);
    if (depth > left_out_depth) continue;
    left_out_depth = SIZE_MAX;
    if (depth > limits.depth) continue;
    open.resize(std::min(open.size(), depth));
    shown.resize(open.size());
    if (depth > 0 && ++shown.back() > limits.children) {
      ++kept[open.back()].left_out;
      left_out_depth = depth;
      continue;
    }
    open.push_back(kept.size());
    shown.push_back(0);
    kept.push_back(std::move(node));
  }
  return kept;
}

// The `rows` largest that are not 0.
std::vector<Row> largest(const std::vector<Found>& nodes, size_t rows, int32_t Stat::*field) {
  std::vector<Row> all;
  for (const Found& node : nodes) {
    if (node.stat.*field > 0) all.emplace_back(node.path, node.stat.*field);
  }
  rows = std::min(rows, all.size());
  const auto larger = [](const Row& a, const Row& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  };
  std::partial_sort(all.begin(), all.begin() + static_cast<ptrdiff_t>(rows), all.end(), larger);
  all.resize(rows);
  return all;
}

}  // namespace

std::vector<Found> nodes_of(const znode::Tree& tree, const std::string& path, const TreeLimits& limits) {
  std::vector<Found> nodes;
  znode::for_each_below(tree, tree.find(path), [&](znode::NodeIndex node) {
    nodes.push_back({tree.path(node), tree.stat(node), 0});
  });
  std::sort(nodes.begin(), nodes.end(),
            [](const Found& a, const Found& b) { return shell::tree_less(a.path, b.path); });
  return limited(path, std::move(nodes), limits);
}

TreeSummary summary_of(const std::vector<Found>& nodes, size_t rows) {
  TreeSummary summary;
  summary.nodes = nodes.size();
  for (const Found& node : nodes) {
    summary.ephemerals += shell::is_ephemeral(node.stat) ? 1 : 0;
    summary.data_bytes += node.stat.data_length;
  }
  summary.most_data = largest(nodes, rows, &Stat::data_length);
  summary.most_children = largest(nodes, rows, &Stat::num_children);
  return summary;
}

}  // namespace paddock::client::tools
