// The znodes: a table of compact nodes, found by full path, linked to parent and siblings. Knows structure,
// stats, memory and digests; knows nothing of permissions, watches, sessions' liveness or versions to expect.
//
// Owner: State. One thread. All mutators keep the digest and the counters right.
//
// Invariants
// 1. Every node but the root has a live parent and is in its parent's list of children exactly once.
// 2. digest() is the sum of node_digest over all nodes with is_digested(path).
// 3. A node costs at most 150 bytes beyond its name and data, table and allocator included (about 132; an
//    owner adds 16).
// 4. Creation and removal cost the same below a parent with 10 and with 1,000,000 children.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/base/ids.h"
#include "protocol/client/records.h"
#include "protocol/jute/types.h"
#include "znode/acl.h"
#include "znode/options.h"

namespace paddock::znode {

// Names a node until it is removed; may then name another.
using NodeIndex = uint32_t;
inline constexpr NodeIndex kNoNode = 0xffffffff;
inline constexpr NodeIndex kRoot = 0;

// Kinds by the persisted ephemeralOwner (spec/client-protocol.md 10.4).
enum class NodeKind { persistent, ephemeral, container, ttl };
inline constexpr int64_t kContainerOwner = INT64_MIN;
int64_t ttl_owner(int64_t ttl_ms);
// Requires: kind_of_owner(owner, rules) == NodeKind::ttl.
int64_t ttl_ms_of_owner(int64_t owner);
// How owners are read.
struct OwnerRules {
  OwnerRules(bool extended, bool as_353 = false)
      : extended_types(extended), emulate_353(extended && as_353) {}

  bool extended_types;  // TTL owners are recognised
  // Those of 3.5.3, too: every owner below 0 but the container's. Ephemerals of a server above 127 are taken
  // for them.
  bool emulate_353;
};
inline OwnerRules owner_rules(const Options& options) {
  return {options.extended_types, options.emulate_353_ttl};
}
NodeKind kind_of_owner(int64_t owner, OwnerRules rules);

// What a session's ephemerals amount to.
struct EphemeralsHeld {
  size_t nodes = 0;
  size_t path_bytes = 0;
};

class Tree {
 public:
  // Holds the root only.
  explicit Tree(OwnerRules rules);
  ~Tree();
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  // "" and "/" name the root. A plain lookup: a malformed path is simply not there.
  NodeIndex find(std::string_view path) const;
  NodeIndex parent(NodeIndex node) const;  // kNoNode for the root
  std::string path(NodeIndex node) const;  // "/" for the root
  // Views below stay valid until the node is changed or removed.
  std::string_view name(NodeIndex node) const;
  jute::Buffer data(NodeIndex node) const;
  client::StatPersisted persisted(NodeIndex node) const;
  client::Stat stat(NodeIndex node) const;  // as a client sees it
  AclId acl(NodeIndex node) const;
  int32_t child_count(NodeIndex node) const;
  int64_t owner(NodeIndex node) const;  // persisted ephemeralOwner
  uint32_t digest_prefix_of(NodeIndex node) const;
  NodeKind kind(NodeIndex node) const;

  // Children in no promised order: for (c = first_child(n); c != kNoNode; c = next_sibling(c)).
  NodeIndex first_child(NodeIndex node) const;
  NodeIndex next_sibling(NodeIndex node) const;

  // Requires: find(path) == kNoNode, find(parent_path(path)) == parent. Does not touch the parent's stat.
  NodeIndex create(NodeIndex parent, std::string_view path, const jute::Buffer& data, AclId acl,
                   const client::StatPersisted& stat);
  // Requires: no children, not the root. Does not touch the parent's stat.
  void remove(NodeIndex node);
  void set_data(NodeIndex node, const jute::Buffer& data, const client::StatPersisted& stat);
  void set_stat(NodeIndex node, const client::StatPersisted& stat);
  void set_acl(NodeIndex node, AclId acl, int32_t aversion);

  uint64_t digest() const;
  // The same sum over what is_digested() leaves out, for the checkpoint's checksum.
  uint64_t system_digest() const;
  size_t node_count() const;   // without counting the root twice
  int64_t data_bytes() const;  // paths and data, as approximate_data_size counts them
  size_t ephemeral_count() const;

  // The nodes of one owner, oldest first where it matters not; and all owners that are sessions.
  std::vector<NodeIndex> ephemerals_of(int64_t owner) const;
  EphemeralsHeld ephemerals_held(int64_t owner) const;
  std::vector<int64_t> ephemeral_owners() const;
  // All container and TTL nodes.
  std::vector<NodeIndex> reapable_kinds() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace paddock::znode
