// ChangeLog: which nodes and sessions changed since the last cut, so that a delta can be made of their state
// at the cut. A node that changes a thousand times is noted once.
//
// Invariants
// 1. is_noted_[n] is set exactly while node n is to be written at the next cut; nodes_ holds every such n,
// and
//    may hold numbers whose node is gone, or twice a number that was used again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "znode/tree.h"

namespace paddock::znode {

class ChangeLog {
 public:
  // Off at first. Turning it off forgets what was noted.
  void record(bool on);
  bool is_recording() const { return recording_; }

  // `bytes`: about what the node's entry will take.
  void node_changed(NodeIndex node, size_t bytes) {
    if (recording_) note_node(node, bytes);
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
    std::vector<NodeIndex> nodes;      // live, each once
    std::vector<std::string> removed;  // each once; a path may have been created again
    std::vector<int64_t> sessions;     // created or closed, each once
  };
  // What was noted since the last call.
  Changes take();

 private:
  void note_node(NodeIndex node, size_t bytes);

  bool recording_ = false;
  size_t pending_bytes_ = 0;
  std::vector<bool> is_noted_;
  std::vector<NodeIndex> nodes_;
  std::vector<std::string> removed_;
  std::unordered_set<int64_t> sessions_;
};

}  // namespace paddock::znode
