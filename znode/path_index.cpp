#include "znode/path_index.h"

#include <algorithm>

#include "protocol/base/check.h"

namespace paddock::znode {

PathIndex::PathIndex(NodeSlab& nodes) : nodes_(nodes) {
  add_bucket();
}

void PathIndex::push(uint32_t bucket, NodeIndex node) {
  nodes_[node].hash_next = head(bucket);
  head(bucket) = node;
}

void PathIndex::insert(NodeIndex node) {
  ++size_;
  if (size_ > buckets_) add_bucket();
  push(bucket_of(nodes_[node].path_hash), node);
}

void PathIndex::erase(NodeIndex node) {
  NodeIndex* link = &head(bucket_of(nodes_[node].path_hash));
  while (*link != node) {
    PADDOCK_CHECK(*link != kNoNode, "node {} is not in the path index", node);
    link = &nodes_[*link].hash_next;
  }
  *link = nodes_[node].hash_next;
  nodes_[node].hash_next = kNoNode;
  --size_;
}

void PathIndex::add_bucket() {
  if (buckets_ % kHeadsPerPage == 0) {
    pages_.push_back(std::make_unique_for_overwrite<NodeIndex[]>(kHeadsPerPage));
    std::fill_n(pages_.back().get(), kHeadsPerPage, kNoNode);
  }
  const uint32_t added = buckets_++;
  if (added == 0) return;
  if (buckets_ == 2u << level_) ++level_;
  // Only the chain whose hashes differ from the new bucket's in the top bit can hold nodes that move.
  const uint32_t top_bit = 1u << (31 - __builtin_clz(added));
  const uint32_t split = added ^ top_bit;
  NodeIndex node = head(split);
  head(split) = kNoNode;
  while (node != kNoNode) {
    const NodeIndex next = nodes_[node].hash_next;
    push(bucket_of(nodes_[node].path_hash), node);
    node = next;
  }
}

}  // namespace paddock::znode
