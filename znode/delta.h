// What changed between two transaction boundaries, as keys and values for the checkpoint. Immutable once cut;
// safe to hand to another thread. Merging: later entries of a key win, also within one delta.
//
// Keys and values (all integers big-endian)
//   "n" path            node:    u8 1 | StatPersisted (60) | acl | jute buffer data
//                       acl:     u8 0 (open) or u8 1 jute vector<ACL>
//   "s" session id (8)  session: int timeout_ms
// The root's key is "n" followed by nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/base/result.h"
#include "protocol/client/records.h"

namespace paddock::znode {

inline constexpr char kNodeKey = 'n';
inline constexpr char kSessionKey = 's';

class State;

// Sums that do not depend on order, so that they can be kept up to date and recomputed alike.
struct StateChecksum {
  uint64_t tree_digest = 0;    // ZooKeeper's
  uint64_t system_digest = 0;  // nodes below /zookeeper/
  uint64_t acl_hash = 0;       // of (path, list) of every node whose list is not the open one
  uint64_t session_hash = 0;   // of (id, timeout)
  friend bool operator==(const StateChecksum&, const StateChecksum&) = default;
};

// Keys and values lie in a few large pieces of memory, which go back to the system whole: single strings
// would leave holes between the nodes that stay.
struct Delta {
  struct Entry {
    std::string_view key;
    std::optional<std::string_view> value;  // nothing: the key is gone
  };
  std::vector<Entry> entries;
  size_t bytes = 0;        // of all keys and values
  Zxid applied;            // the state after the entries is the one after this transaction
  StateChecksum checksum;  // of that state

  // Copies both.
  void add(std::string_view key, std::optional<std::string_view> value);

 private:
  std::string_view keep(std::string_view bytes);

  std::vector<std::unique_ptr<char[]>> pieces_;
  std::span<char> room_;  // left in the last one
};

// Puts one key and value into a state that is being loaded (between begin_load and finish_load). A fault for
// a value that no version of this program wrote, or a node whose parent is not there yet. A parent must come
// before its children, which it does in ascending order of keys.
Status load_entry(State& state, std::string_view key, std::string_view value);

// A node's value, looked into: views of it.
struct NodeEntry {
  client::StatPersisted stat;
  std::string_view acl;  // jute vector<ACL>; empty: the open list
  jute::Buffer data;
};
// Nothing if no version of this program wrote `value`.
std::optional<NodeEntry> read_node_entry(std::string_view value);

}  // namespace paddock::znode
