// Node: one znode's cell in the tree's slab. Plain memory: Tree alone gives it meaning.
#pragma once

#include <cstdint>
#include <string_view>

#include "znode/slab.h"
#include "znode/tree.h"

namespace paddock::znode {

struct Node {
  char* blob = nullptr;  // the name, then the data; from malloc, owned by the tree
  int64_t czxid = 0;
  int64_t mzxid = 0;
  int64_t pzxid = 0;
  int64_t ctime_ms = 0;
  int64_t mtime_ms = 0;
  int32_t version = 0;
  int32_t cversion = 0;
  int32_t aversion = 0;
  uint32_t name_length = 0;
  int32_t data_length = -1;  // -1: null
  uint32_t owner_entry = 0;  // in the OwnerIndex; 0: persistent
  NodeIndex parent = kNoNode;
  NodeIndex first_child = kNoNode;
  NodeIndex next = kNoNode;  // sibling
  NodeIndex prev = kNoNode;
  uint32_t child_count : 31 = 0;
  uint32_t is_system : 1 = 0;  // below "/zookeeper/", so not in ZooKeeper's digest
  AclId acl = kOpenAcl;
  uint32_t prefix = 0;     // CRC state after path and data
  uint32_t digest = 0;     // node_digest as it stands in the tree's sum
  uint32_t path_hash = 0;  // of the whole path
  NodeIndex hash_next = kNoNode;

  std::string_view name() const { return {blob, name_length}; }
};

static_assert(sizeof(Node) == 112, "the memory promise of tree.h counts on this size");

using NodeSlab = Slab<Node>;

}  // namespace paddock::znode
