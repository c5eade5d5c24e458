// Applier: the effect of one transaction on the state (spec/disk-formats.md section 4). Lives for one
// transaction.
//
// Invariants
// 1. Applying is idempotent: what a newer snapshot already shows is neither undone nor done twice.
// 2. A transaction that cannot be applied (its node is there or gone) changes what ZooKeeper would change,
//    and says so in the result; it never fails.
#pragma once

#include "znode/event_teller.h"
#include "znode/state_parts.h"

namespace paddock::znode {

class Applier {
 public:
  // `events` may be null: nobody watches.
  Applier(StateParts& parts, const txn::TxnHeader& header, EventTeller* events)
      : parts_(parts), nodes_(parts.nodes), header_(header), events_(events) {}

  // `parts` receives the results of a multi's entries.
  OpResult apply(const txn::TxnBody& body, std::vector<OpResult>& parts);

 private:
  // What the four kinds of create have in common.
  struct NewNode {
    const jute::Text& path;
    const jute::Buffer& data;
    const AclView& acl;
    int64_t owner;
    int32_t parent_cversion;
  };

  OpResult apply_single(client::OpCode type, const txn::TxnBody& body);
  OpResult apply_multi(const txn::MultiTxn& multi, std::vector<OpResult>& parts);
  ErrorCode create(client::OpCode type, const NewNode& node, client::Stat& stat);
  ErrorCode create_again(client::OpCode type, const NewNode& node, NodeIndex existing, NodeIndex parent);
  ErrorCode remove(std::string_view path);
  void remove_subtree(NodeIndex node);
  ErrorCode set_data(const txn::SetDataTxn& change, client::Stat& stat);
  ErrorCode set_acl(const txn::SetAclTxn& change, client::Stat& stat);
  void close_session(const std::vector<jute::Text>& listed);
  void raise_parent_cversion(NodeIndex parent, std::string_view path, int32_t cversion);
  const AclView& acl_of(NodeIndex node) const { return nodes_.acls().list(nodes_.tree().acl(node)); }

  StateParts& parts_;
  NodeStore& nodes_;
  const txn::TxnHeader& header_;
  EventTeller* events_;
};

}  // namespace paddock::znode
