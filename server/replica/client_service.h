// ClientService: how a server serves its own clients, which follows from its role: whether a session lives,
// and the way that a write takes. A leader, stand-alone or not, decides and proposes (LeaderService); a
// learner asks its leader (LearnerService); a server without any serves readers (ReadOnlyService).
//
// Owner: Replica. Core::service is the one in use, and is there exactly while the server serves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocol/base/error_code.h"
#include "protocol/base/ids.h"
#include "protocol/base/time.h"
#include "protocol/client/opcode.h"
#include "protocol/txn/txn.h"
#include "server/replica/client_connection.h"
#include "server/replica/submission.h"

namespace paddock::replica {

class ClientService {
 public:
  virtual ~ClientService() = default;

  // Only clients that said they would do with reading are served.
  virtual bool is_read_only() const { return false; }
  // The role ends: what was submitted and not applied is forgotten.
  virtual void stop() = 0;
  virtual void tick(Now now) = 0;

  // --- Sessions
  // Every request of an established connection begins here: its session is alive. session_expired: it has
  // ended, nothing is answered. session_moved: another server serves it.
  virtual ErrorCode admit(const ClientConnection& connection, Now now) = 0;
  enum class Resumed { yes, no, later };
  // A client comes back with its session and the right password. Does the session live? Later: the answer
  // comes as a FromLeader.
  virtual Resumed resume(const ClientConnection& connection, Now now) = 0;

  // --- Writes and syncs
  // Not ok: what to answer instead of submitting.
  virtual ErrorCode refusal(client::OpCode type, std::string_view body) const = 0;
  virtual void submit(const Submission& submission, Now now) = 0;
  // A transaction was applied. The connection that waits for it; none if nobody here does. Requires: called
  // in zxid order.
  virtual ConnectionId applied(const txn::TxnHeader& header) = 0;
  // Writes of `session` that are under way will be reported to `connection` from now on. Returns how many.
  virtual size_t adopt(SessionId session, ConnectionId connection) = 0;
  // Nothing is under way.
  virtual bool idle() const = 0;
};

}  // namespace paddock::replica
