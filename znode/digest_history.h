// DigestHistory: the tree digest after every transaction whose zxid is a multiple of 128, the newest 1024 of
// them, for comparing servers by hand (admin command `hash`).
#pragma once

#include <deque>
#include <vector>

#include "znode/state.h"

namespace paddock::znode {

class DigestHistory {
 public:
  void applied(Zxid zxid, uint64_t digest) {
    if (zxid.value % kInterval != 0) return;
    if (entries_.size() == kLimit) entries_.pop_front();
    entries_.push_back({zxid, static_cast<int64_t>(digest)});
  }
  std::vector<State::DigestEntry> entries() const { return {entries_.begin(), entries_.end()}; }

 private:
  static constexpr int64_t kInterval = 128;
  static constexpr size_t kLimit = 1024;
  std::deque<State::DigestEntry> entries_;
};

}  // namespace paddock::znode
