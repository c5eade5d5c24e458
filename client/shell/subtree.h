// Subtrees: listed and read with many requests at a time, but never with an unbounded number of them, so that
// a node with hundreds of thousands of children is only slow.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "client/shell/connection.h"

namespace paddock::client::shell {

// "/a" and "b" give "/a/b", "/" and "b" give "/b".
std::string join_path(const std::string& parent, const std::string& name);
// The order of a tree that is written down: a node, then what is below it: /a /a/b /a-b.
bool tree_less(std::string_view a, std::string_view b);
// How many levels `path` lies below `root`; 0 for root itself. Requires: it is at or below it.
size_t depth_below(std::string_view root, std::string_view path);

// Belongs to a session; containers and nodes with a time to live have owners as well, of their own kinds.
bool is_ephemeral(const Stat& stat);

struct Found {
  std::string path;
  Stat stat;
  size_t left_out = 0;  // children that were not looked at, by WalkLimits::children
};

struct WalkLimits {
  size_t depth = SIZE_MAX;     // 0: the node itself
  size_t children = SIZE_MAX;  // of each node, the first ones by name
};

// The node and everything below it, in tree order. Nodes that vanish meanwhile are left out. The error is
// that of the node itself, or one that no node can be blamed for.
Outcome<std::vector<Found>> walk(Connection& zk, const std::string& root, const WalkLimits& limits = {});
// Only the paths.
Outcome<std::vector<std::string>> list_subtree(Connection& zk, const std::string& root);

// Reads the data of the nodes and hands it on in their order, a bounded amount of it at a time. Nodes that
// have vanished are left out. `visit` returns false to end.
using VisitData = std::function<bool(const Found&, const NodeData&)>;
ErrorCode read_each(Connection& zk, const std::vector<Found>& nodes, const VisitData& visit);

}  // namespace paddock::client::shell
