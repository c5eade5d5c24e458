// WritePipeline: from a request that changes something to the transaction that says so, and back to whoever
// waits for it. Holds requests, in order, while the engine cannot take proposals (a new epoch is being
// opened).
//
// Invariants
// 1. Transactions are proposed in the order of submit().
// 2. A sync is asked for behind every write that was submitted before it.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "protocol/base/error_code.h"
#include "protocol/base/ids.h"
#include "protocol/base/time.h"
#include "protocol/client/opcode.h"
#include "server/replica/client_connection.h"
#include "server/zab/engine.h"
#include "znode/prepare.h"

namespace paddock::replica {

// A write, or a sync (which makes no transaction but takes its place among those that do).
struct Submission {
  ConnectionId connection;  // none: nobody waits for an answer
  SessionId session;
  Xid cxid;
  client::OpCode type = client::OpCode::error;
  std::string_view body;
  SharedIdentities identities;  // null: none
  ErrorCode session_check = ErrorCode::ok;
};

class WritePipeline {
 public:
  // Both must outlive the pipeline.
  WritePipeline(zab::Engine& engine, const znode::State& state) : engine_(engine), preparer_(state) {}

  void submit(const Submission& submission, WallTime now);
  // The engine takes proposals again.
  void resume(WallTime now);

  // The transaction was applied. Returns the connection that waits for it; none if there was none, or the
  // transaction was inherited. Requires: called in zxid order.
  ConnectionId applied(Zxid zxid);
  // The same for a sync point.
  ConnectionId synced(uint64_t id);

  // Writes of `session` that are under way will be reported to `connection` from now on. Returns how many.
  size_t adopt(SessionId session, ConnectionId connection);

  // The role ended: what was submitted and not applied is forgotten.
  void reset();
  bool idle() const { return in_flight_.empty() && syncs_.empty() && held_.empty(); }

 private:
  struct Origin {
    Zxid zxid;
    ConnectionId connection;
    SessionId session;
  };
  struct Sync {
    uint64_t id = 0;
    ConnectionId connection;
  };
  struct Held {
    Submission submission;  // its body is in `body`
    std::string body;
  };
  void propose(const Submission& submission, WallTime now);

  zab::Engine& engine_;
  znode::Preparer preparer_;
  std::deque<Origin> in_flight_;
  std::deque<Sync> syncs_;
  std::deque<Held> held_;
  uint64_t last_sync_ = 0;
};

}  // namespace paddock::replica
