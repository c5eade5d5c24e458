// A subtree, listed by asking each node for its children, many at a time.
#pragma once

#include <string>
#include <vector>

#include "client/shell/connection.h"

namespace paddock::client::shell {

// "/a" and "b" give "/a/b", "/" and "b" give "/b".
std::string join_path(const std::string& parent, const std::string& name);

// The path itself and everything below it, parents before children, a level at a time. Nodes that vanish
// meanwhile are left out. The error is that of the path itself, or one that no node can be blamed for.
Outcome<std::vector<std::string>> list_subtree(Connection& zk, const std::string& path);

}  // namespace paddock::client::shell
