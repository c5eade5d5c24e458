// create, create2, createContainer, createTTL.
#include <fmt/core.h>

#include <utility>

#include "protocol/base/paths.h"
#include "protocol/jute/codec.h"
#include "protocol/txn/txn.h"
#include "znode/preparation.h"

namespace paddock::znode {
namespace {

using client::CreateMode;
using client::OpCode;

constexpr int64_t kMaxTtlMs = 0xff'ffff'ffff;

bool is_ttl(CreateMode mode) {
  return mode == CreateMode::persistent_ttl || mode == CreateMode::persistent_sequential_ttl;
}
bool is_ephemeral(CreateMode mode) {
  return mode == CreateMode::ephemeral || mode == CreateMode::ephemeral_sequential;
}
bool is_sequential(CreateMode mode) {
  return mode == CreateMode::persistent_sequential || mode == CreateMode::ephemeral_sequential ||
         mode == CreateMode::persistent_sequential_ttl;
}

// Flags, TTL, session: what needs no look at the tree. A createTTL without a TTL flag is refused whatever its
// ttl: with a negative one ZooKeeper logs a transaction that no server can apply.
ErrorCode request_error(const Preparation& preparation, const CreateOrder& order) {
  if (order.flags < 0 || order.flags > static_cast<int32_t>(CreateMode::persistent_sequential_ttl)) {
    return ErrorCode::bad_arguments;
  }
  const auto mode = static_cast<CreateMode>(order.flags);
  if (is_ttl(mode)) {
    if (!preparation.options().extended_types) return ErrorCode::unimplemented;
    if (order.ttl_ms <= 0 || order.ttl_ms > kMaxTtlMs) return ErrorCode::bad_arguments;
  } else if (order.type == OpCode::create_ttl) {
    return ErrorCode::bad_arguments;
  }
  return is_ephemeral(mode) ? preparation.request.session_check : preparation.session_error();
}

// The kind of node follows from the opcode, and only then from the flags: a container flag outside of
// createContainer makes a plain node.
int64_t owner_of(const Preparation& preparation, const CreateOrder& order) {
  if (order.type == OpCode::create_container) return kContainerOwner;
  if (order.type == OpCode::create_ttl) return ttl_owner(order.ttl_ms);
  return is_ephemeral(static_cast<CreateMode>(order.flags)) ? preparation.request.session.value : 0;
}

// With one more of this path.
bool has_too_many_ephemerals(const Preparation& preparation, std::string_view path) {
  const NodeLimits& limits = preparation.options().limits;
  if (limits.ephemerals == 0 && limits.ephemeral_path_bytes == 0) return false;
  const EphemeralsHeld held = preparation.state.tree().ephemerals_held(preparation.request.session.value);
  return is_over(limits.ephemerals, static_cast<int64_t>(held.nodes + 1)) ||
         is_over(limits.ephemeral_path_bytes, static_cast<int64_t>(held.path_bytes + path.size()));
}

void write_record(const CreateOrder& order, std::string_view path, int32_t parent_cversion, AclView& acl,
                  jute::Writer& txn) {
  const auto encode = [&](auto record) {
    jute::encode(txn, record);
    acl = std::move(record.acl);  // for the next request
  };
  if (order.type == OpCode::create_container) {
    encode(txn::CreateContainerTxn{path, order.data, std::move(acl), parent_cversion});
  } else if (order.type == OpCode::create_ttl) {
    encode(txn::CreateTtlTxn{path, order.data, std::move(acl), parent_cversion, order.ttl_ms});
  } else {
    encode(txn::CreateTxn{path, order.data, std::move(acl),
                          is_ephemeral(static_cast<CreateMode>(order.flags)), parent_cversion});
  }
}

client::StatPersisted new_stat(const Preparation& preparation, int64_t owner) {
  client::StatPersisted stat;
  stat.czxid = stat.mzxid = stat.pzxid = preparation.zxid.value;
  stat.ctime = stat.mtime = preparation.now.ms;
  stat.ephemeral_owner = owner;
  return stat;
}

void note_changes(Preparation& preparation, const CreateOrder& order, Overlay::Place& parent,
                  Overlay::Place& node, int32_t parent_cversion, const AclView& acl) {
  Overlay& overlay = preparation.overlay;
  client::StatPersisted above = overlay.stat(parent);
  if (parent_cversion > above.cversion) {  // else it has wrapped, and whoever applies this keeps the old one
    above.cversion = parent_cversion;
    above.pzxid = preparation.zxid.value;
  }
  overlay.set_stat(parent, above);
  overlay.add_child_count(parent, 1);
  overlay.create(node, new_stat(preparation, owner_of(preparation, order)), order.data, acl);
}

}  // namespace

std::string sequence_suffix(int32_t parent_cversion) {
  return fmt::format("{:010d}", parent_cversion);
}

ErrorCode prepare_create(Preparation& preparation, const CreateOrder& order, jute::Writer& txn) {
  if (const ErrorCode err = request_error(preparation, order); err != ErrorCode::ok) return err;
  if (order.path.is_null()) return ErrorCode::marshalling_error;
  std::string_view path = order.path.view();
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos || path.find('\0') != std::string_view::npos) {
    return ErrorCode::bad_arguments;
  }
  AclView& acl = preparation.scratch_acl;
  const ErrorCode acl_error = fix_up_acl(order.acl, preparation.who, preparation.options(), acl);
  if (acl_error != ErrorCode::ok) return acl_error;
  const NodeLimits& limits = preparation.options().limits;
  if (is_over(limits.acl_entries, static_cast<int64_t>(acl.items.size()))) return ErrorCode::invalid_acl;

  const Overlay& overlay = preparation.overlay;
  Overlay::Place parent = overlay.find(path.substr(0, slash));
  if (!parent.exists()) return ErrorCode::no_node;
  if (!overlay.allows(parent, client::kPermCreate, preparation.who)) return ErrorCode::no_auth;
  const int32_t parent_cversion = overlay.stat(parent).cversion;
  std::string sequential_path;
  if (is_sequential(static_cast<CreateMode>(order.flags))) {
    path = sequential_path = std::string(path) + sequence_suffix(parent_cversion);
  }
  if (!is_valid_path(path) || !allows_path(limits, path)) return ErrorCode::bad_arguments;
  Overlay::Place node = overlay.find(path);
  if (node.exists()) return ErrorCode::node_exists;
  if (overlay.kind(parent) == NodeKind::ephemeral) return ErrorCode::no_children_for_ephemerals;
  const ErrorCode quota = quota_error(preparation, path, static_cast<int64_t>(order.data.size()), 1);
  if (quota != ErrorCode::ok) return quota;
  if (is_ephemeral(static_cast<CreateMode>(order.flags)) && has_too_many_ephemerals(preparation, path)) {
    return ErrorCode::quota_exceeded;
  }

  note_changes(preparation, order, parent, node, next_version(parent_cversion), acl);
  write_record(order, path, next_version(parent_cversion), acl, txn);
  return ErrorCode::ok;
}

}  // namespace paddock::znode
