// LearnerRequests: the leader's side of what learners send for their clients: writes, syncs, sessions that
// come back, touches (spec/quorum-protocol.md sections 8 and 9).
//
// Invariants
// 1. One REQUEST, one transaction, in the order of arrival, with the REQUEST's session and cxid: a learner
//    waits for it and for nothing else. A request that is refused becomes an error transaction. Only sync
//    makes none.
// 2. What a learner sends trips nothing: what is malformed ends its link. Passed over, it would be waited
//    for.
#pragma once

#include "protocol/base/bytes.h"
#include "protocol/base/ids.h"
#include "protocol/base/time.h"
#include "server/replica/ended_sessions.h"
#include "server/replica/replica.h"
#include "server/replica/session_tracker.h"
#include "server/replica/write_pipeline.h"
#include "server/zab/engine.h"
#include "server/zab/ready.h"

namespace paddock::replica {

class LearnerRequests {
 public:
  // All must outlive it.
  LearnerRequests(zab::Engine& engine, SessionTracker& sessions, WritePipeline& writes,
                  const EndedSessions& ended, const ReplicaOptions& options)
      : engine_(engine), sessions_(sessions), writes_(writes), ended_(ended), options_(options) {}

  void take(const zab::FromLearner& packet, Now now);
  // The point of a sync that came from there was reached. It may be gone.
  void synced(SessionOwner learner);

 private:
  // False: it cannot be read.
  [[nodiscard]] bool read(const zab::FromLearner& packet, Now now);
  [[nodiscard]] bool request(const zab::FromLearner& packet, Now now);
  [[nodiscard]] bool revalidate(const zab::FromLearner& packet, Now now);
  [[nodiscard]] bool touch(const zab::FromLearner& packet, Now now);
  ErrorCode check(SessionId session, SessionOwner owner);
  SharedIdentities identities_of(const Bytes& authinfo);

  zab::Engine& engine_;
  SessionTracker& sessions_;
  WritePipeline& writes_;
  const EndedSessions& ended_;
  const ReplicaOptions& options_;
  // The last authinfo and what it says: requests of a learner resemble each other
  Bytes authinfo_;
  SharedIdentities identities_;
};

}  // namespace paddock::replica
