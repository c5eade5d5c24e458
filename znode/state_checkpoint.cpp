// State's checkpoint side: what changed as deltas, and a state out of their keys and values.
//
// Invariants
// 1. Everything that take_delta() ever returned since full_delta(), merged in order, is the whole state.
// 2. A delta's checksum is that of the state at the cut, so a loaded state proves itself.
#include <limits>

#include "protocol/base/check.h"
#include "znode/delta_codec.h"
#include "znode/state.h"
#include "znode/state_parts.h"
#include "znode/tree_walk.h"

namespace paddock::znode {
namespace {

void add_node(Delta& delta, const NodeStore& nodes, NodeIndex node) {
  delta.add(node_key(nodes.tree().path(node)), encode_node(nodes, node));
}

}  // namespace

void State::record_changes(bool on) {
  NodeStore& nodes = impl_->nodes;
  PADDOCK_CHECK(!delta_begun(), "recording is turned {} in the middle of a delta", on ? "on" : "off");
  nodes.changes().record(on);
  if (!on) return;
  for (const std::string& path : impl_->mended_by_load) {
    const NodeIndex node = nodes.tree().find(path);
    if (node != kNoNode) nodes.changes().node_changed(node, path.size());
  }
  impl_->mended_by_load.clear();
}

size_t State::pending_delta_bytes() const {
  return impl_->nodes.changes().pending_bytes();
}

void State::begin_delta() {
  NodeStore& nodes = impl_->nodes;
  PADDOCK_CHECK(nodes.changes().is_recording(), "a delta is cut, and no changes were recorded");
  nodes.cut().begin(nodes.changes(), impl_->sessions, last_applied(), checksum());
}

bool State::delta_begun() const {
  return impl_->nodes.cut().is_open();
}

std::optional<Delta> State::build_delta(size_t entries) {
  NodeStore& nodes = impl_->nodes;
  if (!nodes.cut().proceed(nodes, entries)) return std::nullopt;
  return nodes.cut().finish();
}

Delta State::take_delta() {
  begin_delta();
  return *build_delta(std::numeric_limits<size_t>::max());
}

// A parent comes before its children, so the entries can be loaded as they are.
Delta State::full_delta() const {
  Delta delta;
  delta.applied = last_applied();
  delta.checksum = checksum();
  delta.entries.reserve(tree().node_count() + session_count());
  for_each_below(tree(), kRoot, [&](NodeIndex node) { add_node(delta, impl_->nodes, node); });
  for (const auto& [session, timeout_ms] : impl_->sessions.timeouts_ms()) {
    delta.add(session_key(session), encode_session(timeout_ms));
  }
  return delta;
}

void State::begin_load() {
  const int64_t mismatches = impl_->digest_mismatches;
  impl_ = std::make_unique<Impl>(impl_->options);
  impl_->digest_mismatches = mismatches;
}

Status load_entry(State& state, std::string_view key, std::string_view value) {
  if (key.empty()) return make_fault("an entry of the checkpoint has an empty key");
  const std::string_view name = key.substr(1);
  if (key[0] == kNodeKey) return load_node(state.impl_->nodes, name, value);
  if (key[0] == kSessionKey) return load_session(state.impl_->sessions, name, value);
  return make_fault("an entry of the checkpoint has a key of unknown kind {:#x}",
                    static_cast<uint8_t>(key[0]));
}

Status State::finish_load(Zxid applied, const StateChecksum& expected) {
  const StateChecksum found = checksum();
  if (found != expected) {
    return make_fault(
        "the state loaded at zxid {:#x} is not the one that was stored: tree digest {:#x}, stored {:#x}; "
        "system "
        "{:#x}, {:#x}; ACL lists {:#x}, {:#x}; sessions {:#x}, {:#x}",
        applied.value, found.tree_digest, expected.tree_digest, found.system_digest, expected.system_digest,
        found.acl_hash, expected.acl_hash, found.session_hash, expected.session_hash);
  }
  impl_->last_applied = applied;
  impl_->mended_by_load = impl_->quotas.rebuild();
  return ok_status();
}

}  // namespace paddock::znode
