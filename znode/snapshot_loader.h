// SnapshotLoader: a state out of what a ZooKeeper snapshot holds, element by element: sessions, ACL lists by
// number, then nodes, the root first and a parent before its children (spec/disk-formats.md 3.1, 3.2).
//
// A fuzzy snapshot is none of its transactions' states: a later one may be in it already, and a node may name
// a list that the table, written before it, does not have. Such a node is closed to everybody until the
// transaction that created it is applied again (3.6), which comes before anybody is served.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "protocol/base/ids.h"
#include "protocol/base/result.h"
#include "protocol/client/records.h"
#include "znode/acl.h"
#include "znode/state.h"

namespace paddock::znode {

class SnapshotLoader {
 public:
  // Empties `state`, which must outlive the loader and is not a state before finish() says ok.
  explicit SnapshotLoader(State& state);

  void session(int64_t id, int32_t timeout_ms);
  void acl(int64_t id, const AclView& list);
  // `path` of the root: "". `acl_id` -1: open to all. A fault names the path.
  Status node(std::string_view path, const jute::Buffer& data, int64_t acl_id,
              const client::StatPersisted& stat);
  // Requires: called once, last.
  Status finish(Zxid applied);

 private:
  struct List {
    std::string bytes;
    AclView view;  // into bytes
  };
  const AclView& list_of(int64_t acl_id) const;

  State& state_;
  std::unordered_map<int64_t, List> lists_;
  bool has_root_ = false;
};

}  // namespace paddock::znode
