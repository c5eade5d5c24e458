#include "znode/owner_index.h"

namespace paddock::znode {
namespace {

constexpr uint64_t kTtlMark = 0xff00'0000'0000'0000;
constexpr uint64_t kTtlMask = 0x0000'00ff'ffff'ffff;

}  // namespace

int64_t ttl_owner(int64_t ttl_ms) {
  return static_cast<int64_t>(kTtlMark | (static_cast<uint64_t>(ttl_ms) & kTtlMask));
}

int64_t ttl_ms_of_owner(int64_t owner) {
  return static_cast<int64_t>(static_cast<uint64_t>(owner) & kTtlMask);
}

NodeKind kind_of_owner(int64_t owner, OwnerRules rules) {
  if (owner == 0) return NodeKind::persistent;
  if (owner == kContainerOwner) return NodeKind::container;
  if (rules.emulate_353 && owner < 0) return NodeKind::ttl;
  if (rules.extended_types && (static_cast<uint64_t>(owner) & kTtlMark) == kTtlMark) return NodeKind::ttl;
  return NodeKind::ephemeral;
}

OwnerIndex::OwnerIndex(NodeSlab& nodes, OwnerRules rules) : nodes_(nodes), rules_(rules) {
  entries_.allocate();
}

void OwnerIndex::set_owner(NodeIndex node, int64_t owner, size_t path_bytes) {
  if (owner == this->owner(nodes_[node])) return;
  if (nodes_[node].owner_entry != 0) remove(node, path_bytes);
  if (owner != 0) add(node, owner, path_bytes);
}

void OwnerIndex::add(NodeIndex node, int64_t owner, size_t path_bytes) {
  nodes_[node].owner_entry = entries_.allocate();
  Group& group = groups_[group_of(owner)];
  entry_of(node) = Entry{owner, kNoNode, group.last};
  (group.last == kNoNode ? group.first : entry_of(group.last).next) = node;
  group.last = node;
  ++group.held.nodes;
  group.held.path_bytes += path_bytes;
  if (is_ephemeral(owner)) ++ephemeral_count_;
}

void OwnerIndex::remove(NodeIndex node, size_t path_bytes) {
  const Entry gone = entry_of(node);
  const auto group = groups_.find(group_of(gone.owner));
  (gone.prev == kNoNode ? group->second.first : entry_of(gone.prev).next) = gone.next;
  (gone.next == kNoNode ? group->second.last : entry_of(gone.next).prev) = gone.prev;
  --group->second.held.nodes;
  group->second.held.path_bytes -= path_bytes;
  if (group->second.first == kNoNode) groups_.erase(group);
  if (is_ephemeral(gone.owner)) --ephemeral_count_;
  entries_.release(nodes_[node].owner_entry);
  nodes_[node].owner_entry = 0;
}

std::vector<NodeIndex> OwnerIndex::nodes_of(int64_t group) const {
  std::vector<NodeIndex> nodes;
  const auto found = groups_.find(group);
  if (found == groups_.end()) return nodes;
  for (NodeIndex node = found->second.first; node != kNoNode;) {
    nodes.push_back(node);
    node = entries_[nodes_[node].owner_entry].next;
  }
  return nodes;
}

std::vector<NodeIndex> OwnerIndex::ephemerals_of(int64_t owner) const {
  return is_ephemeral(owner) ? nodes_of(owner) : std::vector<NodeIndex>();
}

EphemeralsHeld OwnerIndex::ephemerals_held(int64_t owner) const {
  const auto found = is_ephemeral(owner) ? groups_.find(owner) : groups_.end();
  return found == groups_.end() ? EphemeralsHeld{} : found->second.held;
}

std::vector<int64_t> OwnerIndex::ephemeral_owners() const {
  std::vector<int64_t> owners;
  for (const auto& [group, list] : groups_) {
    if (is_ephemeral(group)) owners.push_back(group);
  }
  return owners;
}

std::vector<NodeIndex> OwnerIndex::reapable_kinds() const {
  return nodes_of(kContainerOwner);
}

}  // namespace paddock::znode
