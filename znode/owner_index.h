// OwnerIndex: the nodes that are not plain persistent ones, in one list per group: a group per session for
// its ephemerals, and one group for all containers and TTL nodes. Constant time per change.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "znode/node.h"
#include "znode/slab.h"
#include "znode/tree.h"

namespace paddock::znode {

class OwnerIndex {
 public:
  // `nodes` must outlive the index.
  OwnerIndex(NodeSlab& nodes, OwnerRules rules);

  // Files the node under `owner`, 0 for nobody, and under no other. Keeps Node::owner_entry.
  // `path_bytes`: the length of its path, which stays what it is.
  void set_owner(NodeIndex node, int64_t owner, size_t path_bytes);
  // 0 for a persistent node.
  int64_t owner(const Node& node) const { return entries_[node.owner_entry].owner; }

  std::vector<NodeIndex> ephemerals_of(int64_t owner) const;
  EphemeralsHeld ephemerals_held(int64_t owner) const;
  std::vector<int64_t> ephemeral_owners() const;
  std::vector<NodeIndex> reapable_kinds() const;
  size_t ephemeral_count() const { return ephemeral_count_; }

 private:
  // Entry 0 says "nobody".
  struct Entry {
    int64_t owner = 0;
    NodeIndex next = kNoNode;
    NodeIndex prev = kNoNode;
  };
  struct Group {
    NodeIndex first = kNoNode;
    NodeIndex last = kNoNode;
    EphemeralsHeld held;  // or containers and TTL nodes
  };

  bool is_ephemeral(int64_t owner) const { return kind_of_owner(owner, rules_) == NodeKind::ephemeral; }
  int64_t group_of(int64_t owner) const { return is_ephemeral(owner) ? owner : kContainerOwner; }
  Entry& entry_of(NodeIndex node) { return entries_[nodes_[node].owner_entry]; }
  void add(NodeIndex node, int64_t owner, size_t path_bytes);
  void remove(NodeIndex node, size_t path_bytes);
  std::vector<NodeIndex> nodes_of(int64_t group) const;

  NodeSlab& nodes_;
  const OwnerRules rules_;
  Slab<Entry> entries_;
  std::unordered_map<int64_t, Group> groups_;  // none is empty
  size_t ephemeral_count_ = 0;
};

}  // namespace paddock::znode
