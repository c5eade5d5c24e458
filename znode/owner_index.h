// OwnerIndex: the nodes that are not plain persistent ones, in one list per group: a group per session for
// its ephemerals, and one group for all containers and TTL nodes. Constant time per change.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "znode/slab.h"
#include "znode/tree.h"

namespace paddock::znode {

class OwnerIndex {
 public:
  explicit OwnerIndex(bool extended_types);

  // Files a node and returns the number to keep in Node::owner_entry. Requires: owner != 0.
  uint32_t add(int64_t owner, NodeIndex node);
  void remove(uint32_t entry);
  // 0 for entry 0.
  int64_t owner(uint32_t entry) const { return entries_[entry].owner; }

  std::vector<NodeIndex> ephemerals_of(int64_t owner) const;
  std::vector<int64_t> ephemeral_owners() const;
  std::vector<NodeIndex> reapable_kinds() const;
  size_t ephemeral_count() const { return ephemeral_count_; }

 private:
  struct Entry {
    int64_t owner = 0;
    NodeIndex node = kNoNode;
    uint32_t next = 0;  // 0 ends a list, as no list holds entry 0
    uint32_t prev = 0;
  };
  struct Group {
    uint32_t first = 0;
    uint32_t last = 0;
  };

  bool is_ephemeral(int64_t owner) const {
    return kind_of_owner(owner, extended_types_) == NodeKind::ephemeral;
  }
  int64_t group_of(int64_t owner) const { return is_ephemeral(owner) ? owner : kContainerOwner; }
  std::vector<NodeIndex> nodes_of(int64_t group) const;

  bool extended_types_;
  Slab<Entry> entries_;
  std::unordered_map<int64_t, Group> groups_;  // none is empty
  size_t ephemeral_count_ = 0;
};

}  // namespace paddock::znode
