#include "client/shell/tree_drawing.h"

#include <fmt/core.h>

#include "protocol/base/paths.h"

namespace paddock::client::shell {
namespace {

struct Line {
  size_t depth = 0;
  std::string text;
};

std::vector<Line> lines_of(const std::string& root, const std::vector<Found>& nodes) {
  std::vector<Line> lines;
  // What was left out of a node comes behind everything that is below it.
  std::vector<Line> pending;
  const auto settle = [&](size_t depth) {
    while (!pending.empty() && pending.back().depth > depth) {
      lines.push_back(std::move(pending.back()));
      pending.pop_back();
    }
  };
  for (const Found& node : nodes) {
    const size_t depth = depth_below(root, node.path);
    settle(depth);
    lines.push_back({depth, depth == 0 ? root : std::string(last_component(node.path))});
    if (node.left_out > 0) pending.push_back({depth + 1, fmt::format("(+{} more)", node.left_out)});
  }
  settle(0);
  return lines;
}

}  // namespace

std::string draw_tree(const std::string& root, const std::vector<Found>& nodes) {
  const std::vector<Line> lines = lines_of(root, nodes);
  // From the end: at each level, whether a later line continues it.
  std::vector<std::string> drawn(lines.size());
  std::vector<bool> continues;
  for (size_t i = lines.size(); i-- > 0;) {
    const size_t depth = lines[i].depth;
    continues.resize(depth + 1, false);
    for (size_t level = 1; level < depth; ++level) drawn[i] += continues[level] ? "│   " : "    ";
    if (depth > 0) drawn[i] += continues[depth] ? "├── " : "└── ";
    drawn[i] += lines[i].text;
    continues[depth] = true;
  }
  std::string text;
  for (const std::string& line : drawn) text += (text.empty() ? "" : "\n") + line;
  return text;
}

}  // namespace paddock::client::shell
