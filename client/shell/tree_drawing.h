// A drawing of a tree, for people. Pure.
#pragma once

#include <string>
#include <vector>

#include "client/shell/subtree.h"

namespace paddock::client::shell {

// `nodes`: `root` and what is below it, in tree order.
//
//   /app
//   ├── a
//   │   └── b
//   └── (+3 more)
std::string draw_tree(const std::string& root, const std::vector<Found>& nodes);

}  // namespace paddock::client::shell
