// What a tree is while it is copied or compared: a stream of nodes, and where such streams begin and end.
//
// Failure: a source or a sink complains to the shell and returns the exit code.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "client/client.h"
#include "client/shell/exit_code.h"

namespace paddock::client::shell {

struct TreeNode {
  std::string path;  // below the root of the tree: "" for the root, "/a/b"
  std::string data;
  bool null = false;
  std::vector<OwnedAcl> acl;  // empty: unknown
  friend bool operator==(const TreeNode&, const TreeNode&) = default;
};

using TakeNode = std::function<ExitCode(TreeNode node)>;

class TreeSource {
 public:
  virtual ~TreeSource() = default;
  // Hands on each node, a parent before its children, until `take` fails.
  virtual ExitCode read(const TakeNode& take) = 0;
};

// What became of the nodes that were put into a sink.
struct PutCounts {
  size_t created = 0;
  size_t changed = 0;
  size_t unchanged = 0;
  size_t deleted = 0;
};

class TreeSink {
 public:
  virtual ~TreeSink() = default;
  // In the order of a source.
  virtual ExitCode put(TreeNode node) = 0;
  // All nodes have been put. Nothing is complete before.
  virtual ExitCode finish() = 0;
  virtual const PutCounts& counts() const = 0;
};

// The path of a node of the tree at `root`.
inline std::string path_in(std::string_view root, std::string_view below) {
  if (below.empty()) return std::string(root);
  return std::string(root == "/" ? "" : root) + std::string(below);
}

}  // namespace paddock::client::shell
