// DeltaCut: makes the delta of one moment while the state goes on changing. The cut itself only moves the
// note of what changed; an entry is made later, a few at a time, or just before its node changes (copy on
// write). So nobody waits for a large delta, and a hot set of nodes costs a few bytes a node until it is cut.
//
// Owner: NodeStore, which tells it before every change.
//
// Invariants
// 1. A node in changes_.nodes is as it was at the cut, and has no entry yet.
// 2. Removed nodes have the first entries: of a path that was created again, the later entry holds.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "znode/change_log.h"
#include "znode/delta.h"
#include "znode/session_table.h"

namespace paddock::znode {

class NodeStore;

class DeltaCut {
 public:
  bool is_open() const { return open_; }

  // The cut. Requires: !is_open().
  void begin(ChangeLog& log, const SessionTable& sessions, Zxid applied, const StateChecksum& checksum);
  // Requires: is_open(). Makes up to `entries` more; true when all are there.
  bool proceed(const NodeStore& nodes, size_t entries);
  // Requires: proceed() has said so. Closes the cut.
  Delta finish();

  void before_change(const NodeStore& nodes, NodeIndex node, std::string_view path) {
    if (changes_.nodes.contains(node)) save(nodes, node, path);
  }

 private:
  void save(const NodeStore& nodes, NodeIndex node, std::string_view path);

  bool open_ = false;
  ChangeLog::Changes changes_;  // still to be made entries of
  Delta delta_;
};

}  // namespace paddock::znode
