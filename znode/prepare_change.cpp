// delete, deleteContainer, setData, setACL, check.
#include <utility>

#include "protocol/base/paths.h"
#include "protocol/jute/codec.h"
#include "protocol/txn/txn.h"
#include "znode/preparation.h"

namespace paddock::znode {
namespace {

// All that a delete's path must be: anything else wrong with it is found by not finding the node.
bool is_deletable_path(std::string_view path) {
  return path.find('/') != std::string_view::npos && path.find('\0') == std::string_view::npos &&
         !is_special_path(path);
}

std::string_view parent_key(std::string_view path) {
  return path.substr(0, path.rfind('/'));
}

void note_delete(Preparation& preparation, Overlay::Place& parent, Overlay::Place& node) {
  Overlay& overlay = preparation.overlay;
  client::StatPersisted above = overlay.stat(parent);
  above.pzxid = preparation.zxid.value;
  overlay.set_stat(parent, above);
  overlay.add_child_count(parent, -1);
  overlay.remove(node);
}

// Where setData, setACL and check begin: the session, then the path.
ErrorCode target_error(const Preparation& preparation, const jute::Text& path) {
  if (const ErrorCode err = preparation.session_error(); err != ErrorCode::ok) return err;
  return !path.is_null() && is_valid_path(path.view()) ? ErrorCode::ok : ErrorCode::bad_arguments;
}

}  // namespace

ErrorCode prepare_delete(Preparation& preparation, const client::DeleteRequest& request, jute::Writer& txn) {
  if (const ErrorCode err = preparation.session_error(); err != ErrorCode::ok) return err;
  if (request.path.is_null()) return ErrorCode::marshalling_error;
  const std::string_view path = request.path.view();
  if (!is_deletable_path(path)) return ErrorCode::bad_arguments;
  const Overlay& overlay = preparation.overlay;
  Overlay::Place parent = overlay.find(parent_key(path));
  if (!parent.exists()) return ErrorCode::no_node;
  if (!overlay.allows(parent, client::kPermDelete, preparation.who)) return ErrorCode::no_auth;
  Overlay::Place node = overlay.find(path);
  if (!node.exists()) return ErrorCode::no_node;
  if (!is_expected(overlay.stat(node).version, request.version)) return ErrorCode::bad_version;
  if (overlay.child_count(node) > 0) return ErrorCode::not_empty;
  note_delete(preparation, parent, node);
  jute::encode(txn, txn::DeleteTxn{request.path});
  return ErrorCode::ok;
}

ErrorCode prepare_delete_container(Preparation& preparation, jute::Text path, jute::Writer& txn) {
  if (path.is_null()) return ErrorCode::marshalling_error;
  if (!is_deletable_path(path.view())) return ErrorCode::bad_arguments;
  const Overlay& overlay = preparation.overlay;
  Overlay::Place node = overlay.find(path.view());
  if (!node.exists()) return ErrorCode::no_node;
  if (overlay.child_count(node) > 0) return ErrorCode::not_empty;
  if (overlay.kind(node) == NodeKind::ephemeral) return ErrorCode::bad_version;
  Overlay::Place parent = overlay.find(parent_key(path.view()));
  if (!parent.exists()) return ErrorCode::no_node;
  note_delete(preparation, parent, node);
  jute::encode(txn, txn::DeleteTxn{path});
  return ErrorCode::ok;
}

ErrorCode prepare_set_data(Preparation& preparation, const client::SetDataRequest& request,
                           jute::Writer& txn) {
  if (const ErrorCode err = target_error(preparation, request.path); err != ErrorCode::ok) return err;
  Overlay& overlay = preparation.overlay;
  Overlay::Place node = overlay.find(request.path.view());
  if (!node.exists()) return ErrorCode::no_node;
  if (!overlay.allows(node, client::kPermWrite, preparation.who)) return ErrorCode::no_auth;
  const int64_t growth = static_cast<int64_t>(request.data.size()) - overlay.data_length(node);
  const ErrorCode quota = quota_error(preparation, request.path.view(), growth, 0);
  if (quota != ErrorCode::ok) return quota;
  client::StatPersisted stat = overlay.stat(node);
  if (!is_expected(stat.version, request.version)) return ErrorCode::bad_version;
  stat.version = next_version(stat.version);
  stat.mtime = preparation.now.ms;
  stat.mzxid = preparation.zxid.value;
  overlay.set_data(node, stat, request.data);
  jute::encode(txn, txn::SetDataTxn{request.path, request.data, stat.version});
  return ErrorCode::ok;
}

ErrorCode prepare_config(Preparation& preparation, std::string_view config, jute::Writer& txn) {
  constexpr int32_t kVersion = -1;
  Overlay& overlay = preparation.overlay;
  Overlay::Place node = overlay.find(kConfigNode);
  if (!node.exists()) return ErrorCode::no_node;
  if (!overlay.allows(node, client::kPermWrite, preparation.who)) return ErrorCode::no_auth;
  client::StatPersisted stat = overlay.stat(node);
  stat.version = kVersion;
  stat.mtime = preparation.now.ms;
  stat.mzxid = preparation.zxid.value;
  overlay.set_data(node, stat, config);
  jute::encode(txn, txn::SetDataTxn{kConfigNode, config, kVersion});
  return ErrorCode::ok;
}

ErrorCode prepare_set_acl(Preparation& preparation, const client::SetAclRequest& request, jute::Writer& txn) {
  if (const ErrorCode err = target_error(preparation, request.path); err != ErrorCode::ok) return err;
  AclView& acl = preparation.scratch_acl;
  const ErrorCode acl_error = fix_up_acl(request.acl, preparation.who, preparation.options(), acl);
  if (acl_error != ErrorCode::ok) return acl_error;
  if (is_over(preparation.options().limits.acl_entries, static_cast<int64_t>(acl.items.size()))) {
    return ErrorCode::invalid_acl;
  }
  Overlay& overlay = preparation.overlay;
  Overlay::Place node = overlay.find(request.path.view());
  if (!node.exists()) return ErrorCode::no_node;
  if (!overlay.allows(node, client::kPermAdmin, preparation.who)) return ErrorCode::no_auth;
  client::StatPersisted stat = overlay.stat(node);
  if (!is_expected(stat.aversion, request.version)) return ErrorCode::bad_version;
  stat.aversion = next_version(stat.aversion);
  overlay.set_stat(node, stat);
  jute::encode(txn, txn::SetAclTxn{request.path, acl, stat.aversion});
  return ErrorCode::ok;
}

ErrorCode prepare_check(Preparation& preparation, const client::CheckVersionRequest& request,
                        jute::Writer& txn) {
  if (const ErrorCode err = target_error(preparation, request.path); err != ErrorCode::ok) return err;
  const Overlay& overlay = preparation.overlay;
  const Overlay::Place node = overlay.find(request.path.view());
  if (!node.exists()) return ErrorCode::no_node;
  if (!overlay.allows(node, client::kPermRead, preparation.who)) return ErrorCode::no_auth;
  const int32_t version = overlay.stat(node).version;
  if (!is_expected(version, request.version)) return ErrorCode::bad_version;
  jute::encode(txn, txn::CheckVersionTxn{request.path, next_version(version)});
  return ErrorCode::ok;
}

// The parents' child counts stay: ZooKeeper lowers them only when the transaction is applied, so until then a
// delete of the parent is answered NOTEMPTY (spec/quorum-protocol.md 10.3).
void prepare_close_session(Preparation& preparation, jute::Writer& txn) {
  Overlay& overlay = preparation.overlay;
  const std::vector<std::string> paths = overlay.ephemerals_of(preparation.request.session.value);
  txn::CloseSessionTxn record;
  for (const std::string& path : paths) {
    Overlay::Place parent = overlay.find(parent_key(path));
    client::StatPersisted above = overlay.stat(parent);
    above.pzxid = preparation.zxid.value;
    overlay.set_stat(parent, above);
    Overlay::Place node = overlay.find(path);
    overlay.remove(node);
    record.paths.items.emplace_back(path);
  }
  jute::encode(txn, record);
}

}  // namespace paddock::znode
