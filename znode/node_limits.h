// NodeLimits: what the leader lets a request make of the tree, and any server ask of it. ZooKeeper has none of them, so each is 0, no
// limit, unless an operator says otherwise (paddock.hardening; docs/security.md).
//
// They are checked against what is applied, so requests that are outstanding may go beyond by as much as they
// are.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace paddock::znode {

struct NodeLimits {
  int64_t path_bytes = 0;        // BADARGUMENTS
  int64_t path_depth = 0;        // likewise
  int64_t acl_entries = 0;       // of a node: INVALIDACL
  int64_t multi_operations = 0;  // of a multi or a multiRead: BADARGUMENTS for all of it
  int64_t ephemerals = 0;        // of a session: QUOTAEXCEEDED
  int64_t ephemeral_path_bytes =
      0;  // likewise: its end names all of them in one transaction (ZOOKEEPER-4306)
};

// Whether one more of these is too many.
constexpr bool is_over(int64_t limit, int64_t value) {
  return limit > 0 && value > limit;
}

inline bool allows_path(const NodeLimits& limits, std::string_view path) {
  return !is_over(limits.path_bytes, static_cast<int64_t>(path.size())) &&
         (limits.path_depth == 0 || !is_over(limits.path_depth, std::count(path.begin(), path.end(), '/')));
}

}  // namespace paddock::znode
