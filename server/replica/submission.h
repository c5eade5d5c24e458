// Submission: a write, or a sync, on its way to the leader: what a client of ours asks for, what a learner
// forwards, or what the leader itself wants.
#pragma once

#include <string_view>

#include "protocol/base/error_code.h"
#include "protocol/base/ids.h"
#include "protocol/client/opcode.h"
#include "server/replica/client_connection.h"
#include "server/replica/session_tracker.h"

namespace paddock::replica {

// A sync makes no transaction, but takes its place among those that do.
struct Submission {
  ConnectionId connection;  // none: nobody here waits for an answer
  SessionId session;
  Xid cxid;
  client::OpCode type = client::OpCode::error;
  std::string_view body;
  SharedIdentities identities;  // null: none
  ErrorCode session_check = ErrorCode::ok;
  SessionOwner from = kOwnClients;  // nobody: the leader itself
};

}  // namespace paddock::replica
