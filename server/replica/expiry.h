// Expiry: when the leader ends the sessions that were silent for too long.
//
// Invariants
// 1. A session is ended only if its deadline had passed before a quorum confirmed that this server still
//    leads (a sync round): a leader that was paused and deposed meanwhile ends nobody.
// 2. Time in which this server did not run does not count. Counterexample without: the leader is stopped for
//    5 s and nobody deposes it; learners that were asked for no touches have none to tell before the quorum
//    of rule 1 is there, and all their sessions of 4 s would end.
// 3. A session is ended only when that is proposed at once. Counterexample without: the leader renews its
//    epoch, a follower that was cut off tells of its clients meanwhile, and then they are ended all the same.
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/base/time.h"
#include "server/replica/session_tracker.h"
#include "server/replica/write_pipeline.h"

namespace paddock::replica {

class Expiry {
 public:
  // Both must outlive it. To be ticked more often than every `tick_ms`.
  Expiry(SessionTracker& sessions, WritePipeline& writes, int32_t tick_ms)
      : sessions_(sessions), writes_(writes), tick_ms_(tick_ms) {}

  // Serving begins.
  void start(Instant now);
  void stop() { asked_.reset(); }
  void tick(Now now);
  // The sync that tick() submitted from nobody was confirmed. Returns how many sessions it ended.
  size_t confirmed(Now now);

 private:
  SessionTracker& sessions_;
  WritePipeline& writes_;
  int32_t tick_ms_;
  Instant last_tick_;
  std::optional<Now> asked_;  // a round is under way
};

}  // namespace paddock::replica
