// Oracle: what a witness outside the ensemble says of two voters (spec/quorum-protocol.md section 4, oracle):
// which of them may be a quorum by itself while the other is away. It must never let both.
//
// Owner: Core. The host asks the witness again and again (Engine::oracle_says); Configs::rely_on() carries
// what follows.
//
// Invariants
// 1. A word counts for kWordMs from the time it was asked for. So a server that was paused, or whose witness
//    does not answer, has no permission, and one whose permission was taken away commits nothing later than
//    that.
// 2. A server that may go alone looks for the other voter for kSilenceMs before it elects itself: longer than
//    what was said before to that other voter can last.
#pragma once

#include <cstdint>

#include "protocol/base/time.h"

namespace paddock::zab {

class Oracle {
 public:
  static constexpr int64_t kWordMs = 500;
  static constexpr int64_t kSilenceMs = 1000;

  // `asked_at`: before the witness was asked.
  void says(bool grants, Instant asked_at) {
    grants_ = grants;
    asked_at_ = asked_at;
  }
  bool grants(Instant now) const { return grants_ && now <= asked_at_.plus_ms(kWordMs); }

  // This server begins to look for a leader, or hears of another voter while it looks.
  void listen_from(Instant now) { silent_since_ = now; }
  bool grants_silence(Instant now) const { return grants(now) && now >= silent_since_.plus_ms(kSilenceMs); }

 private:
  bool grants_ = false;
  Instant asked_at_;
  Instant silent_since_;
};

}  // namespace paddock::zab
