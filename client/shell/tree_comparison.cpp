#include "client/shell/tree_comparison.h"

#include <algorithm>

#include "client/shell/subtree.h"

namespace paddock::client::shell {
namespace {

// Null and empty data are the same: not every place can hold both. So are ACLs that one side does not know.
bool same(const TreeNode& a, const TreeNode& b) {
  return a.data == b.data && (a.acl.empty() || b.acl.empty() || a.acl == b.acl);
}

}  // namespace

void TreeComparison::add_left(TreeNode node) {
  std::string path = node.path;
  left_.insert_or_assign(std::move(path), std::move(node));
}

void TreeComparison::add_right(const TreeNode& node) {
  const auto counterpart = left_.find(node.path);
  if (counterpart == left_.end()) {
    differences_.push_back({Difference::Kind::only_right, node.path});
    return;
  }
  if (!same(counterpart->second, node)) differences_.push_back({Difference::Kind::changed, node.path});
  left_.erase(counterpart);
}

std::vector<Difference> TreeComparison::finish() {
  for (const auto& [path, node] : left_) differences_.push_back({Difference::Kind::only_left, path});
  left_.clear();
  std::sort(differences_.begin(), differences_.end(),
            [](const Difference& a, const Difference& b) { return tree_less(a.path, b.path); });
  return std::move(differences_);
}

}  // namespace paddock::client::shell
