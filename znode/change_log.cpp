#include "znode/change_log.h"

#include <utility>

#include "znode/delta_codec.h"

namespace paddock::znode {
namespace {

// Entries that are made at the cut itself count for what they cost, not only for what they hold: so a cut has
// a bounded number of them.
constexpr size_t kEntryBytes = sizeof(Delta::Entry);

}  // namespace

void ChangeLog::record(bool on) {
  recording_ = on;
  if (on) return;
  noted_.nodes.clear();
  noted_.removed.clear();
  noted_.sessions.clear();
  pending_bytes_ = 0;
}

void ChangeLog::node_removed(NodeIndex node, std::string_view path) {
  if (!recording_) return;
  noted_.nodes.erase(node);
  noted_.removed.push_back(node_key(path));
  pending_bytes_ += kEntryBytes + path.size();
}

void ChangeLog::session_changed(int64_t session) {
  if (recording_ && noted_.sessions.insert(session).second) pending_bytes_ += kEntryBytes;
}

void ChangeLog::take(Changes& changes) {
  std::swap(changes, noted_);
  pending_bytes_ = 0;
}

}  // namespace paddock::znode
