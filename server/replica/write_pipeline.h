// WritePipeline: the leader's way from a request that changes something to the transaction that says so, and
// back to whoever waits for it. Holds requests, in order, while the engine cannot take proposals (a new epoch
// is being opened).
//
// Invariants
// 1. Transactions are proposed in the order of submit(), one for each write, whoever it came from.
// 2. A sync is asked for behind every write that was submitted before it.
// 3. A session is tracked from the submission of its createSession on, and is closing from that of its
//    closeSession on: what is submitted behind those finds it so.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/base/time.h"
#include "server/replica/remark.h"
#include "server/replica/session_tracker.h"
#include "server/replica/submission.h"
#include "server/zab/engine.h"
#include "znode/prepare.h"

namespace paddock::replica {

class WritePipeline {
 public:
  // All must outlive the pipeline.
  WritePipeline(zab::Engine& engine, SessionTracker& sessions, const znode::State& state,
                std::vector<Remark>& remarks)
      : engine_(engine), sessions_(sessions), remarks_(remarks), preparer_(state) {}

  void submit(const Submission& submission, Now now);
  // The engine takes proposals again.
  void resume(Now now);

  // The transaction was applied. Returns the connection that waits for it; none if there was none, or the
  // transaction was inherited. Requires: called in zxid order.
  ConnectionId applied(Zxid zxid);
  // Who asked for the sync whose point was reached.
  struct Sync {
    uint64_t id = 0;
    ConnectionId connection;
    SessionOwner from;
  };
  Sync synced(uint64_t id);

  // Writes of `session` that are under way will be reported to `connection` from now on. Returns how many.
  size_t adopt(SessionId session, ConnectionId connection);

  // The role ended: what was submitted and not applied is forgotten.
  void reset();
  // What is submitted now is proposed at once.
  bool may_propose() const { return held_.empty() && engine_.may_propose(); }
  bool idle() const { return in_flight_.empty() && syncs_.empty() && held_.empty(); }

 private:
  struct Origin {
    Zxid zxid;
    ConnectionId connection;
    SessionId session;
  };
  struct Held {
    Submission submission;  // its body is in `body`
    std::string body;
  };
  void note_session(const Submission& submission, Now now);
  void propose(const Submission& submission, WallTime now);

  zab::Engine& engine_;
  SessionTracker& sessions_;
  std::vector<Remark>& remarks_;
  znode::Preparer preparer_;
  std::deque<Origin> in_flight_;
  std::deque<Sync> syncs_;
  std::deque<Held> held_;
  uint64_t last_sync_ = 0;
};

}  // namespace paddock::replica
