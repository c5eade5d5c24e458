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

NodeKind kind_of_owner(int64_t owner, bool extended_types) {
  if (owner == 0) return NodeKind::persistent;
  if (owner == kContainerOwner) return NodeKind::container;
  if (extended_types && (static_cast<uint64_t>(owner) & kTtlMark) == kTtlMark) return NodeKind::ttl;
  return NodeKind::ephemeral;
}

OwnerIndex::OwnerIndex(bool extended_types) : extended_types_(extended_types) {
  entries_.allocate();  // entry 0: "nobody"
}

uint32_t OwnerIndex::add(int64_t owner, NodeIndex node) {
  const uint32_t added = entries_.allocate();
  Group& group = groups_[group_of(owner)];
  entries_[added] = Entry{owner, node, 0, group.last};
  (group.last == 0 ? group.first : entries_[group.last].next) = added;
  group.last = added;
  if (is_ephemeral(owner)) ++ephemeral_count_;
  return added;
}

void OwnerIndex::remove(uint32_t entry) {
  if (entry == 0) return;
  const Entry gone = entries_[entry];
  const auto group = groups_.find(group_of(gone.owner));
  (gone.prev == 0 ? group->second.first : entries_[gone.prev].next) = gone.next;
  (gone.next == 0 ? group->second.last : entries_[gone.next].prev) = gone.prev;
  if (group->second.first == 0) groups_.erase(group);
  if (is_ephemeral(gone.owner)) --ephemeral_count_;
  entries_.release(entry);
}

std::vector<NodeIndex> OwnerIndex::nodes_of(int64_t group) const {
  std::vector<NodeIndex> nodes;
  const auto found = groups_.find(group);
  if (found == groups_.end()) return nodes;
  for (uint32_t entry = found->second.first; entry != 0; entry = entries_[entry].next) {
    nodes.push_back(entries_[entry].node);
  }
  return nodes;
}

std::vector<NodeIndex> OwnerIndex::ephemerals_of(int64_t owner) const {
  return is_ephemeral(owner) ? nodes_of(owner) : std::vector<NodeIndex>();
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
