#include "znode/change_log.h"

#include <algorithm>
#include <utility>

namespace paddock::znode {
namespace {

constexpr size_t kSessionBytes = 13;  // "s", an id, a timeout

}  // namespace

void ChangeLog::record(bool on) {
  recording_ = on;
  if (!on) take();
}

void ChangeLog::note_node(NodeIndex node, size_t bytes) {
  if (node >= is_noted_.size()) is_noted_.resize(node + 1);
  if (is_noted_[node]) return;
  is_noted_[node] = true;
  nodes_.push_back(node);
  pending_bytes_ += bytes;
}

void ChangeLog::node_removed(NodeIndex node, std::string_view path) {
  if (!recording_) return;
  if (node < is_noted_.size()) is_noted_[node] = false;
  removed_.emplace_back(path);
  pending_bytes_ += path.size() + 1;
}

void ChangeLog::session_changed(int64_t session) {
  if (recording_ && sessions_.insert(session).second) pending_bytes_ += kSessionBytes;
}

ChangeLog::Changes ChangeLog::take() {
  Changes changes;
  for (const NodeIndex node : nodes_) {
    if (!is_noted_[node]) continue;
    is_noted_[node] = false;
    changes.nodes.push_back(node);
  }
  nodes_.clear();
  changes.removed = std::exchange(removed_, {});
  std::sort(changes.removed.begin(), changes.removed.end());
  changes.removed.erase(std::unique(changes.removed.begin(), changes.removed.end()), changes.removed.end());
  changes.sessions.assign(sessions_.begin(), sessions_.end());
  sessions_.clear();
  pending_bytes_ = 0;
  return changes;
}

}  // namespace paddock::znode
