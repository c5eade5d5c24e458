// SyncRounds: when a sync may be answered (DESIGN.md rule 7): everything proposed before it is committed, and
// after it arrived a quorum has shown, by answering a PING, that it still follows this leader. One round of
// PINGs serves all the syncs that wait when it begins.
//
// A leader without this check answers after it was deposed, and sync followed by a read is stale.
#pragma once

#include <cstdint>
#include <deque>

#include "protocol/base/ids.h"

namespace paddock::zab {

class SyncRounds {
 public:
  // `behind`: the last proposal at this moment.
  void request(uint64_t id, Zxid behind) { waiting_.push_back({id, behind, started_ + 1}); }

  // A round that begins from now on is wanted, by itself: which one it is.
  uint64_t want_round() { return wanted_ = started_ + 1; }
  bool is_answered(uint64_t round) const { return round <= confirmed_; }

  // Whether a round is to be started now: somebody waits for one, and none is running.
  bool wants_round() const {
    return !running() && (wanted_ > started_ || (!waiting_.empty() && waiting_.back().round > started_));
  }
  void start_round() { ++started_; }
  bool running() const { return confirmed_ < started_; }
  void round_answered() { confirmed_ = started_; }

  // Hands out, in order, every sync that may be answered once `committed` is.
  template <class Synced>
  void drain(Zxid committed, Synced&& synced) {
    while (!waiting_.empty() && waiting_.front().behind <= committed &&
           waiting_.front().round <= confirmed_) {
      synced(waiting_.front().id);
      waiting_.pop_front();
    }
  }
  size_t waiting() const { return waiting_.size(); }

 private:
  struct Waiting {
    uint64_t id;
    Zxid behind;
    uint64_t round;  // the first that began after it arrived
  };
  std::deque<Waiting> waiting_;
  uint64_t wanted_ = 0;
  uint64_t started_ = 0;
  uint64_t confirmed_ = 0;
};

}  // namespace paddock::zab
