#include "znode/delta_cut.h"

#include <utility>

#include "protocol/base/check.h"
#include "znode/delta_codec.h"

namespace paddock::znode {

void DeltaCut::begin(ChangeLog& log, const SessionTable& sessions, Zxid applied,
                     const StateChecksum& checksum) {
  PADDOCK_CHECK(!open_, "a delta is cut at 0x{:x}, and the one at 0x{:x} is not finished", applied.value,
                delta_.applied.value);
  open_ = true;
  log.take(changes_);
  delta_.applied = applied;
  delta_.checksum = checksum;
  delta_.entries.reserve(changes_.removed.size() + changes_.sessions.size() + changes_.nodes.max_size());
  for (const std::string& key : changes_.removed) delta_.add(key, std::nullopt);
  changes_.removed.clear();
  for (const int64_t id : changes_.sessions) {
    const auto found = sessions.timeouts_ms().find(id);
    if (found == sessions.timeouts_ms().end()) {
      delta_.add(session_key(id), std::nullopt);
    } else {
      delta_.add(session_key(id), encode_session(found->second));
    }
  }
  changes_.sessions.clear();
}

bool DeltaCut::proceed(const NodeStore& nodes, size_t entries) {
  PADDOCK_CHECK(open_, "no delta has been cut");
  for (; entries > 0; --entries) {
    const NodeIndex node = changes_.nodes.pop();
    if (node == kNoNode) return true;
    delta_.add(node_key(nodes.tree().path(node)), encode_node(nodes, node));
  }
  return changes_.nodes.max_size() == 0;
}

Delta DeltaCut::finish() {
  PADDOCK_CHECK(open_ && changes_.nodes.max_size() == 0, "the delta at 0x{:x} is not whole",
                delta_.applied.value);
  open_ = false;
  return std::exchange(delta_, {});
}

void DeltaCut::save(const NodeStore& nodes, NodeIndex node, std::string_view path) {
  changes_.nodes.erase(node);
  delta_.add(node_key(path), encode_node(nodes, node));
}

}  // namespace paddock::znode
