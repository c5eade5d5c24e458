// LeaderService: what a server does while it leads, stand-alone or several: it knows which sessions live,
// makes transactions for its own clients and for learners', ends silent sessions and reaps containers.
#pragma once

#include "server/replica/client_service.h"
#include "server/replica/core.h"
#include "server/replica/ended_sessions.h"
#include "server/replica/expiry.h"
#include "server/replica/learner_requests.h"
#include "server/replica/reaper.h"
#include "server/replica/session_tracker.h"
#include "server/replica/write_pipeline.h"
#include "server/zab/ready.h"

namespace paddock::replica {

class LeaderService : public ClientService {
 public:
  // `core` must outlive the service.
  explicit LeaderService(Core& core);

  // Serving begins: every session's time starts anew, and none is owned.
  void start(Now now);
  // The engine may take proposals again.
  void resume_proposals(Now now) { writes_.resume(now); }

  void from_learner(const zab::FromLearner& packet, Now now) { learners_.take(packet, now); }
  // Returns the connection of our own that waits for this sync; none if it is not one of ours.
  ConnectionId synced(uint64_t id, Now now);

  const SessionTracker& sessions() const { return sessions_; }

  // --- ClientService
  void stop() override;
  void tick(Now now) override;
  ErrorCode admit(const ClientConnection& connection, Now now) override;
  Resumed resume(const ClientConnection& connection, Now now) override;
  ErrorCode refusal(client::OpCode, std::string_view) const override { return ErrorCode::ok; }
  void submit(const Submission& submission, Now now) override { writes_.submit(submission, now); }
  ConnectionId applied(const txn::TxnHeader& header) override;
  size_t adopt(SessionId session, ConnectionId connection) override;
  bool idle() const override { return writes_.idle(); }

 private:
  void reap(Now now);

  Core& core_;
  SessionTracker sessions_;
  EndedSessions ended_;
  WritePipeline writes_;
  LearnerRequests learners_;
  Expiry expiry_;
  Reaper reaper_;
};

}  // namespace paddock::replica
