// ChangeLog: which nodes and sessions changed since the last cut, so that a delta can be made of their state
// at the cut. A node that changes a thousand times is noted once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "znode/node_set.h"

namespace paddock::znode {

class ChangeLog {
 public:
  // Off at first. Turning it off forgets what was noted.
  void record(bool on);
  bool is_recording() const { return recording_; }

  // `bytes`: about what the node's entry will take.
  void node_changed(NodeIndex node, size_t bytes) {
    if (recording_ && noted_.nodes.insert(node)) pending_bytes_ += bytes;
  }
  // A change of data that may come after the node was noted.
  void node_grew(size_t bytes) {
    if (recording_) pending_bytes_ += bytes;
  }
  void node_removed(NodeIndex node, std::string_view path);
  void session_changed(int64_t session);

  // About the size of the delta to come.
  size_t pending_bytes() const { return pending_bytes_; }

  struct Changes {
    NodeSet nodes;                         // live
    std::vector<std::string> removed;      // keys; one may come twice, or its path have been created again
    std::unordered_set<int64_t> sessions;  // created or closed
  };
  // Moves what was noted since the last call into `changes`, which is empty. Costs the same however much it
  // is.
  void take(Changes& changes);

 private:
  bool recording_ = false;
  size_t pending_bytes_ = 0;
  Changes noted_;
};

}  // namespace paddock::znode
