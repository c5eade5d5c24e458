// Sequence: what each item of the engine's one ordered sequence means for this server: transactions are
// applied, roles begin and end, states are replaced, and peers' packets reach the part they are for.
#pragma once

#include <memory>

#include "server/replica/commit_path.h"
#include "server/replica/connect_handshake.h"
#include "server/replica/core.h"
#include "server/replica/incoming_state.h"
#include "server/replica/leader_service.h"
#include "server/replica/learner_service.h"
#include "server/replica/read_only_service.h"
#include "server/zab/ready.h"

namespace paddock::replica {

class Sequence {
 public:
  // All must outlive it. /zookeeper/config is set from the configuration, as ZooKeeper does at start.
  Sequence(Core& core, ReadPath& reads, ConnectHandshake& handshake, Now now);

  void tick(Now now);
  void work_off(const zab::SequenceItem& item, Now now);

  const LeaderService& leader() const { return leader_; }
  bool is_leading() const { return core_.service == &leader_; }

 private:
  void take(const zab::Committed& decided, Now now);
  void take(const zab::Serving& begin, Now now);
  void take(const zab::StoppedServing&, Now now);
  void take(const zab::StateBegin& begin, Now now);
  void take(const zab::StatePiece& piece, Now now);
  void take(const zab::StateReplaced& replaced, Now now);
  void take(const zab::StateAbandoned&, Now now);
  void take(const zab::FromLearner& packet, Now now);
  void take(const zab::FromLeader& packet, Now now);
  void take(const zab::LeaderPing& ping, Now now);
  void take(const zab::SyncPoint& point, Now now);
  void take(const zab::MembershipChanged& changed, Now now);
  void stop_serving();
  void expire_local(Now now);
  void session_resumed(const Bytes& answer);
  void set_config_node(WallTime now);

  Core& core_;
  ConnectHandshake& handshake_;
  CommitPath commits_;
  LeaderService leader_;
  LearnerService learner_;
  ReadOnlyService readers_;
  Instant last_served_;
  std::unique_ptr<IncomingState> incoming_;
};

}  // namespace paddock::replica
