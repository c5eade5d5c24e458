// Consecutive deltas, merged: of each key only the last value counts. Cheap to add to; sorted and thinned out
// only when it has grown to its limit, so a hot set of nodes costs its own size and no more.
//
// Owner: the checkpoint.
#pragma once

#include <string>
#include <vector>

#include "znode/delta.h"

namespace paddock::store {

class DeltaMerge {
 public:
  // Requires: `delta` follows what was added before.
  void add(znode::Delta delta);
  // Leaves one entry per key, in the order of the keys.
  void compact();
  void clear();

  bool empty() const { return !any_; }
  size_t bytes() const { return bytes_; }  // of memory, about
  const std::vector<znode::Delta::Entry>& entries() const { return entries_; }
  std::vector<znode::Delta::Entry>& entries() { return entries_; }
  Zxid applied() const { return applied_; }
  const znode::StateChecksum& checksum() const { return checksum_; }

 private:
  std::vector<znode::Delta::Entry> entries_;
  size_t bytes_ = 0;
  bool any_ = false;  // also a delta without entries moves `applied`
  Zxid applied_;
  znode::StateChecksum checksum_;
};

}  // namespace paddock::store
