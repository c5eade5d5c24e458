// TreeComparison: the differences of two trees, whose nodes may come in any order. Pure.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "client/shell/tree_node.h"

namespace paddock::client::shell {

struct Difference {
  enum class Kind { only_left, only_right, changed };
  Kind kind = Kind::changed;
  std::string path;  // below the root
  friend bool operator==(const Difference&, const Difference&) = default;
};

class TreeComparison {
 public:
  // The whole left side first.
  void add_left(TreeNode node);
  void add_right(const TreeNode& node);
  // All of them, in tree order.
  std::vector<Difference> finish();

 private:
  std::unordered_map<std::string, TreeNode> left_;  // those without a counterpart so far
  std::vector<Difference> differences_;
};

}  // namespace paddock::client::shell
