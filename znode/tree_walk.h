// for_each_below: a walk over part of a tree. Takes no memory, however deep the tree is.
#pragma once

#include "znode/tree.h"

namespace paddock::znode {

// Visits `top` and all below it, a parent before its children. `visit` must not change the structure.
template <class Visit>
void for_each_below(const Tree& tree, NodeIndex top, Visit visit) {
  NodeIndex node = top;
  while (true) {
    visit(node);
    NodeIndex next = tree.first_child(node);
    while (next == kNoNode) {
      if (node == top) return;
      next = tree.next_sibling(node);
      node = tree.parent(node);
    }
    node = next;
  }
}

}  // namespace paddock::znode
