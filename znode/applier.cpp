#include "znode/applier.h"

#include "protocol/base/check.h"
#include "protocol/base/paths.h"

namespace paddock::znode {
namespace {

using client::OpCode;

// False for the root and for what is no path: no transaction can create or delete these.
bool names_a_child(std::string_view path) {
  return path.size() > 1 && path.find('/') != path.npos;
}

bool is_error(const txn::SubTxn& entry) {
  return static_cast<OpCode>(entry.type) == OpCode::error;
}

OpResult error_result(ErrorCode err) {
  OpResult result;
  result.type = OpCode::error;
  result.err = err;
  return result;
}

}  // namespace

OpResult Applier::apply(const txn::TxnBody& body, std::vector<OpResult>& parts) {
  if (const auto* multi = std::get_if<txn::MultiTxn>(&body)) return apply_multi(*multi, parts);
  return apply_single(static_cast<OpCode>(header_.type), body);
}

OpResult Applier::apply_single(OpCode type, const txn::TxnBody& body) {
  OpResult result;
  result.type = type;
  if (const auto* txn = std::get_if<txn::SetDataTxn>(&body)) {
    result.path = txn->path;
    result.err = set_data(*txn, result.stat);
  } else if (const auto* txn = std::get_if<txn::CreateTxn>(&body)) {
    const int64_t owner = txn->ephemeral ? header_.session_id : 0;
    result.path = txn->path;
    result.err = create(type, {txn->path, txn->data, txn->acl, owner, txn->parent_cversion}, result.stat);
  } else if (const auto* txn = std::get_if<txn::CreateContainerTxn>(&body)) {
    result.path = txn->path;
    result.err =
        create(type, {txn->path, txn->data, txn->acl, kContainerOwner, txn->parent_cversion}, result.stat);
  } else if (const auto* txn = std::get_if<txn::CreateTtlTxn>(&body)) {
    const int64_t owner = ttl_owner(txn->ttl_ms);
    result.path = txn->path;
    result.err = create(type, {txn->path, txn->data, txn->acl, owner, txn->parent_cversion}, result.stat);
  } else if (const auto* txn = std::get_if<txn::DeleteTxn>(&body)) {
    result.path = txn->path;
    result.err = remove(txn->path.view());
  } else if (const auto* txn = std::get_if<txn::SetAclTxn>(&body)) {
    result.path = txn->path;
    result.err = set_acl(*txn, result.stat);
  } else if (const auto* txn = std::get_if<txn::CheckVersionTxn>(&body)) {
    result.path = txn->path;
  } else if (const auto* txn = std::get_if<txn::ErrorTxn>(&body)) {
    result.err = static_cast<ErrorCode>(txn->err);
  } else if (const auto* txn = std::get_if<txn::CreateSessionTxn>(&body)) {
    parts_.sessions.set(header_.session_id, txn->timeout_ms);
  } else if (const auto* txn = std::get_if<txn::CloseSessionTxn>(&body)) {
    close_session(txn->paths.items);
  } else if (std::holds_alternative<txn::BareCloseSessionTxn>(body)) {
    close_session({});
  }
  return result;
}

// A multi that failed carries its error entries; then it changes nothing, and its results are ok before the
// failure and "runtime inconsistency" behind it.
OpResult Applier::apply_multi(const txn::MultiTxn& multi, std::vector<OpResult>& parts) {
  OpResult whole;
  whole.type = OpCode::multi;
  const auto& entries = multi.txns.items;
  const auto failed = std::find_if(entries.begin(), entries.end(), is_error);
  for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
    if (entry < failed && failed != entries.end()) {
      parts.push_back(error_result(ErrorCode::ok));
      continue;
    }
    const Result<txn::TxnBody> body = txn::decode_sub_txn(*entry);
    PADDOCK_CHECK(body.ok(), "an entry of a decoded multi is malformed: {}", body.fault().message);
    if (entry > failed && !is_error(*entry)) {
      parts.push_back(error_result(ErrorCode::runtime_inconsistency));
    } else {
      parts.push_back(apply_single(static_cast<OpCode>(entry->type), *body));
    }
    if (whole.err == ErrorCode::ok) whole.err = parts.back().err;
  }
  return whole;
}

// Only upwards: replayed over a newer snapshot, an older create must not turn the counters back.
void Applier::raise_parent_cversion(NodeIndex parent, std::string_view path, int32_t cversion) {
  client::StatPersisted stat = nodes_.tree().persisted(parent);
  if (cversion == -1) cversion = static_cast<int32_t>(static_cast<uint32_t>(stat.cversion) + 1);
  if (cversion <= stat.cversion) return;
  stat.cversion = cversion;
  stat.pzxid = header_.zxid;
  nodes_.set_stat(parent, path, stat);
}

ErrorCode Applier::create(OpCode type, const NewNode& node, client::Stat& stat) {
  const std::string_view path = node.path.view();
  if (!names_a_child(path)) return ErrorCode::no_node;
  const Tree& tree = nodes_.tree();
  const NodeIndex parent = tree.find(parent_path(path));
  if (parent == kNoNode) return ErrorCode::no_node;
  if (const NodeIndex existing = tree.find(path); existing != kNoNode) {
    return create_again(type, node, existing, parent);
  }
  raise_parent_cversion(parent, parent_path(path), node.parent_cversion);
  client::StatPersisted persisted;
  persisted.czxid = persisted.mzxid = persisted.pzxid = header_.zxid;
  persisted.ctime = persisted.mtime = header_.time_ms;
  persisted.ephemeral_owner = node.owner;
  const NodeIndex created = nodes_.create(parent, path, node.data, node.acl, persisted);
  parts_.quotas.created(path, node.data.size());
  stat = tree.stat(created);
  if (events_ != nullptr) events_->created(path, acl_of(created), acl_of(parent));
  return ErrorCode::ok;
}

// A fuzzy snapshot can hold the node but an older ACL table, and the node but an older parent.
ErrorCode Applier::create_again(OpCode type, const NewNode& node, NodeIndex existing, NodeIndex parent) {
  const std::string_view path = node.path.view();
  nodes_.set_acl(existing, path, node.acl, nodes_.tree().persisted(existing).aversion);
  if (type == OpCode::create) raise_parent_cversion(parent, parent_path(path), node.parent_cversion);
  return ErrorCode::node_exists;
}

ErrorCode Applier::remove(std::string_view path) {
  if (!names_a_child(path)) return ErrorCode::no_node;
  const Tree& tree = nodes_.tree();
  const NodeIndex parent = tree.find(parent_path(path));
  if (parent == kNoNode) return ErrorCode::no_node;
  client::StatPersisted stat = tree.persisted(parent);
  if (header_.zxid > stat.pzxid) {
    stat.pzxid = header_.zxid;
    nodes_.set_stat(parent, parent_path(path), stat);
  }
  const NodeIndex node = tree.find(path);
  if (node == kNoNode) return ErrorCode::no_node;

  const AclId acl = tree.acl(node);
  nodes_.hold_acl(acl);
  remove_subtree(node);
  if (events_ != nullptr) events_->deleted(path, nodes_.acls().list(acl), acl_of(parent));
  nodes_.drop_acl(acl);
  return ErrorCode::ok;
}

// A node has children here only in a replay over a snapshot that already shows it deleted, created again and
// filled; the transactions that fill it follow.
void Applier::remove_subtree(NodeIndex top) {
  const Tree& tree = nodes_.tree();
  NodeIndex node = top;
  while (true) {
    while (tree.first_child(node) != kNoNode) node = tree.first_child(node);
    const NodeIndex above = tree.parent(node);
    const std::string path = tree.path(node);
    const size_t data_bytes = tree.data(node).size();
    nodes_.remove(node, path);
    parts_.quotas.removed(path, data_bytes);
    if (node == top) return;
    node = above;
  }
}

ErrorCode Applier::set_data(const txn::SetDataTxn& change, client::Stat& stat) {
  const Tree& tree = nodes_.tree();
  const std::string_view path = change.path.view();
  const NodeIndex node = tree.find(path);
  if (node == kNoNode) return ErrorCode::no_node;
  const int64_t growth =
      static_cast<int64_t>(change.data.size()) - static_cast<int64_t>(tree.data(node).size());
  client::StatPersisted persisted = tree.persisted(node);
  persisted.version = change.version;
  persisted.mzxid = header_.zxid;
  persisted.mtime = header_.time_ms;
  nodes_.set_data(node, path, change.data, persisted);
  stat = tree.stat(node);
  parts_.quotas.data_changed(path, growth);
  if (events_ != nullptr) events_->data_changed(path, acl_of(node));
  return ErrorCode::ok;
}

ErrorCode Applier::set_acl(const txn::SetAclTxn& change, client::Stat& stat) {
  const NodeIndex node = nodes_.tree().find(change.path.view());
  if (node == kNoNode) return ErrorCode::no_node;
  nodes_.set_acl(node, change.path.view(), change.acl, change.version);
  stat = nodes_.tree().stat(node);
  return ErrorCode::ok;
}

void Applier::close_session(const std::vector<jute::Text>& listed) {
  for (const jute::Text& path : listed) remove(path.view());
  const Tree& tree = nodes_.tree();
  std::vector<std::string> remaining;
  for (const NodeIndex node : tree.ephemerals_of(header_.session_id)) remaining.push_back(tree.path(node));
  for (const std::string& path : remaining) remove(path);
  parts_.sessions.erase(header_.session_id);
}

}  // namespace paddock::znode
