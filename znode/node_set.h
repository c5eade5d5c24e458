// NodeSet: a set of nodes' numbers that is filled, thinned out and emptied again and again: a bit for each
// number, and a list of those that came in.
//
// Invariants
// 1. list_ holds every member, and may hold numbers that are none any more, or twice one that came back.
#pragma once

#include <vector>

#include "znode/tree.h"

namespace paddock::znode {

class NodeSet {
 public:
  // False if it was in already.
  bool insert(NodeIndex node) {
    if (node >= is_in_.size()) is_in_.resize(node + 1);
    if (is_in_[node]) return false;
    is_in_[node] = true;
    list_.push_back(node);
    return true;
  }
  void erase(NodeIndex node) {
    if (node < is_in_.size()) is_in_[node] = false;
  }
  bool contains(NodeIndex node) const { return node < is_in_.size() && is_in_[node]; }
  // Takes one out, or gives kNoNode if the set is empty.
  NodeIndex pop() {
    while (!list_.empty()) {
      const NodeIndex node = list_.back();
      list_.pop_back();
      if (!is_in_[node]) continue;
      is_in_[node] = false;
      return node;
    }
    return kNoNode;
  }
  void clear() {
    while (pop() != kNoNode) {
    }
  }
  size_t max_size() const { return list_.size(); }  // no more members than that

 private:
  std::vector<bool> is_in_;
  std::vector<NodeIndex> list_;
};

}  // namespace paddock::znode
