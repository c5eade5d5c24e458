// CommitPath: what the engine says is decided, applied to the state: events, then the reply, then the reads
// that waited for it.
#pragma once

#include "server/replica/connect_handshake.h"
#include "server/replica/core.h"
#include "server/replica/read_path.h"
#include "server/zab/ready.h"
#include "znode/state.h"

namespace paddock::replica {

class CommitPath {
 public:
  // All must outlive the path.
  CommitPath(Core& core, ReadPath& reads, ConnectHandshake& handshake)
      : core_(core), reads_(reads), handshake_(handshake) {}

  // False: the state is not the leader's any more, and nobody is to hear of it.
  [[nodiscard]] bool committed(const zab::Committed& decided, Now now);
  // The oldest sync of this connection is confirmed. None: nobody waits.
  void synced(ConnectionId asked_by, Instant now);

 private:
  bool distrust(Zxid zxid, Now now);
  void answer(ClientConnection& connection, Instant now);
  void end_session(SessionId session, ConnectionId asked_by);
  bool session_moved() const;

  Core& core_;
  ReadPath& reads_;
  ConnectHandshake& handshake_;
  znode::ApplyResult result_;  // of the transaction at hand
};

}  // namespace paddock::replica
