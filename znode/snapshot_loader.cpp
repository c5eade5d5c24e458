#include "znode/snapshot_loader.h"

#include "protocol/base/paths.h"
#include "protocol/jute/codec.h"
#include "znode/state_parts.h"

namespace paddock::znode {
namespace {

constexpr int64_t kOpenAclId = -1;

}  // namespace

SnapshotLoader::SnapshotLoader(State& state) : state_(state) {
  state_.begin_load();
}

void SnapshotLoader::session(int64_t id, int32_t timeout_ms) {
  state_.impl_->sessions.set(id, timeout_ms);
}

void SnapshotLoader::acl(int64_t id, const AclView& list) {
  List& kept = lists_[id];
  kept.bytes = jute::encoded(list);
  jute::Reader reader(kept.bytes);
  jute::decode(reader, kept.view);
}

const AclView& SnapshotLoader::list_of(int64_t acl_id) const {
  static const AclView open{client::Acl{client::kPermAll, {"world", "anyone"}}};
  static const AclView closed{client::Acl{0, {"world", "anyone"}}};
  if (acl_id == kOpenAclId) return open;
  const auto found = lists_.find(acl_id);
  return found == lists_.end() ? closed : found->second.view;
}

Status SnapshotLoader::node(std::string_view path, const jute::Buffer& data, int64_t acl_id,
                            const client::StatPersisted& stat) {
  NodeStore& nodes = state_.impl_->nodes;
  const AclView& list = list_of(acl_id);
  if (path.empty()) {
    if (has_root_) return make_fault("a snapshot holds the root twice");
    has_root_ = true;
    nodes.set_data(kRoot, "/", data, stat);
    nodes.set_acl(kRoot, "/", list, stat.aversion);
    return ok_status();
  }
  if (!has_root_) return make_fault("a snapshot's first node is '{}', not the root", path);
  if (!names_a_node(path)) return make_fault("a snapshot holds '{}', which is no path of a node", path);
  const NodeIndex parent = nodes.tree().find(parent_path(path));
  if (parent == kNoNode) return make_fault("a snapshot holds '{}' before its parent", path);
  if (nodes.tree().find(path) != kNoNode) return make_fault("a snapshot holds '{}' twice", path);
  nodes.create(parent, path, data, list, stat);
  return ok_status();
}

Status SnapshotLoader::finish(Zxid applied) {
  if (!has_root_) return make_fault("a snapshot at zxid {:#x} holds no node", applied.value);
  state_.impl_->last_applied = applied;
  state_.impl_->is_fuzzy = true;
  state_.impl_->mended_by_load = state_.impl_->quotas.rebuild();
  return ok_status();
}

}  // namespace paddock::znode
