// SnapshotEntries: what SnapshotLoader makes a state of, as the keys and values of that state's checkpoint,
// and the checksum that the state will have. So a checkpoint is filled from a snapshot without a second state
// in memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "protocol/client/records.h"
#include "znode/acl.h"
#include "znode/delta.h"

namespace paddock::znode {

// Elements come in the order of SnapshotLoader's, of a snapshot that it takes.
class SnapshotEntries {
 public:
  // Each adds an entry to `out`.
  void session(int64_t id, int32_t timeout_ms, Delta& out);
  void acl(int64_t id, const AclView& list);
  void node(std::string_view path, const jute::Buffer& data, int64_t acl_id,
            const client::StatPersisted& stat, Delta& out);
  // Of the state of all entries so far.
  const StateChecksum& checksum() const { return checksum_; }

 private:
  std::string_view list_of(int64_t acl_id) const;

  std::unordered_map<int64_t, std::string> lists_;  // encoded; empty: the open one
  std::unordered_map<int64_t, int32_t> sessions_;
  StateChecksum checksum_;
};

}  // namespace paddock::znode
