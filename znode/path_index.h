// PathIndex: finds nodes by the hash of their path. Linear hashing: the table grows by one bucket per node,
// by splitting one chain, so no insertion ever rehashes the table; the chains run through the nodes
// themselves.
//
// Invariants
// 1. 2^level_ <= buckets_ < 2^(level_ + 1). Bucket b holds exactly the nodes with bucket_of(path_hash) == b.
// 2. buckets_ >= size(), so a chain has one or two nodes unless hashes collide.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "znode/node.h"

namespace paddock::znode {

class PathIndex {
 public:
  // `nodes` must outlive the index.
  explicit PathIndex(NodeSlab& nodes);

  // Requires: the node's path_hash is set and stays while it is in the index.
  void insert(NodeIndex node);
  void erase(NodeIndex node);
  size_t size() const { return size_; }

  // The node with this hash that `is_wanted`, or kNoNode.
  template <class Predicate>
  NodeIndex find(uint32_t hash, Predicate is_wanted) const {
    NodeIndex node = head(bucket_of(hash));
    while (node != kNoNode && (nodes_[node].path_hash != hash || !is_wanted(node))) {
      node = nodes_[node].hash_next;
    }
    return node;
  }

 private:
  static constexpr uint32_t kHeadsPerPage = 4096;

  uint32_t bucket_of(uint32_t hash) const {
    const uint32_t low = hash & ((1u << level_) - 1);
    const uint32_t wide = hash & ((2u << level_) - 1);
    return wide < buckets_ ? wide : low;
  }
  NodeIndex& head(uint32_t bucket) { return pages_[bucket / kHeadsPerPage][bucket % kHeadsPerPage]; }
  NodeIndex head(uint32_t bucket) const { return pages_[bucket / kHeadsPerPage][bucket % kHeadsPerPage]; }
  void push(uint32_t bucket, NodeIndex node);
  void add_bucket();

  NodeSlab& nodes_;
  std::vector<std::unique_ptr<NodeIndex[]>> pages_;
  uint32_t buckets_ = 0;
  uint32_t level_ = 0;
  size_t size_ = 0;
};

}  // namespace paddock::znode
