// NodeStore: the tree together with what hangs on each of its nodes: the reference to its ACL list, its share
// of the ACL hash, and the note that it changed. The only way by which State changes the tree.
//
// Invariants
// 1. The ACL table holds one reference per node.
// 2. acl_hash() is the sum over all nodes with a list that is not open.
// 3. Every change of a node is in the change log, and told to the cut before it is made.
#pragma once

#include <cstdint>
#include <string_view>

#include "znode/acl.h"
#include "znode/change_log.h"
#include "znode/delta_cut.h"
#include "znode/tree.h"

namespace paddock::znode {

// Of a node with a list that is not open, `list` in jute form; the root's path is "".
uint64_t acl_hash_share(std::string_view path, std::string_view list);

class NodeStore {
 public:
  // Holds the root only.
  explicit NodeStore(OwnerRules rules) : tree_(rules) {}

  const Tree& tree() const { return tree_; }
  const AclTable& acls() const { return acls_; }
  uint64_t acl_hash() const { return acl_hash_; }
  ChangeLog& changes() { return changes_; }
  const ChangeLog& changes() const { return changes_; }
  DeltaCut& cut() { return cut_; }
  const DeltaCut& cut() const { return cut_; }

  // Requirements as those of Tree; `path` is the node's.
  NodeIndex create(NodeIndex parent, std::string_view path, const jute::Buffer& data, const AclView& acl,
                   const client::StatPersisted& stat);
  void remove(NodeIndex node, std::string_view path);
  void set_data(NodeIndex node, std::string_view path, const jute::Buffer& data,
                const client::StatPersisted& stat);
  void set_stat(NodeIndex node, std::string_view path, const client::StatPersisted& stat);
  void set_acl(NodeIndex node, std::string_view path, const AclView& acl, int32_t aversion);

  // Keeps a list alive over the removal of its node.
  void hold_acl(AclId acl) { acls_.add_reference(acl); }
  void drop_acl(AclId acl) { acls_.release(acl); }

 private:
  uint64_t hash_share(std::string_view path, AclId acl) const;
  void note(NodeIndex node, std::string_view path);

  Tree tree_;
  AclTable acls_;
  ChangeLog changes_;
  DeltaCut cut_;
  uint64_t acl_hash_ = 0;
};

}  // namespace paddock::znode
