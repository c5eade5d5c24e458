#include "client/shell/usage.h"

#include <algorithm>

namespace paddock::client::shell {

std::vector<Usage> usage_of(const std::string& root, const std::vector<Found>& nodes, size_t depth) {
  std::vector<Usage> all;
  std::vector<size_t> open;  // the rows that the next node may belong to, by depth
  for (const Found& node : nodes) {
    const size_t level = depth_below(root, node.path);
    open.resize(std::min(open.size(), level));
    if (level <= depth) {
      open.push_back(all.size());
      all.push_back({node.path});
    }
    for (const size_t row : open) {
      all[row].bytes += node.stat.data_length;
      all[row].nodes += 1;
    }
  }
  if (!all.empty()) {
    std::stable_sort(all.begin() + 1, all.end(), [](const Usage& a, const Usage& b) {
      return a.bytes != b.bytes ? a.bytes > b.bytes : a.nodes > b.nodes;
    });
  }
  return all;
}

}  // namespace paddock::client::shell
