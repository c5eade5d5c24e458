// ReadOnlyService: what a server that is cut off from its ensemble does for clients who ask for no more than
// to read (readonlymode.enabled; spec/client-protocol.md section 16). It answers from the state it has, which
// may be old, and writes nothing: a session that begins here is known to this server alone, and is over when
// the ensemble is back.
//
// A session of the ensemble may come here, and keeps its number; whether it lives on is for the next leader
// to say. ZooKeeper turns those away since 3.7, and so a client that has nobody else to go to.
#pragma once

#include "server/replica/client_service.h"
#include "server/replica/connect_handshake.h"
#include "server/replica/core.h"
#include "server/replica/session_tracker.h"

namespace paddock::replica {

class ReadOnlyService : public ClientService {
 public:
  // Both must outlive the service.
  ReadOnlyService(Core& core, ConnectHandshake& handshake);

  // Nobody has been served since `idle_since`: whether readers are to be served now.
  bool may_begin(Instant idle_since, Now now) const;
  // What this server has applied is not what the ensemble decided, until it gets another state.
  void doubt_state(bool doubted) { state_doubted_ = doubted; }

  // --- ClientService
  bool is_read_only() const override { return true; }
  void stop() override { sessions_.clear(); }
  void tick(Now now) override;
  ErrorCode admit(const ClientConnection& connection, Now now) override;
  Resumed resume(const ClientConnection& connection, Now now) override;
  ErrorCode refusal(client::OpCode type, std::string_view body) const override;
  // Sessions only: a new one, or the end of one.
  void submit(const Submission& submission, Now now) override;
  ConnectionId applied(const txn::TxnHeader&) override { return {}; }
  size_t adopt(SessionId, ConnectionId) override { return 0; }
  bool idle() const override { return true; }

 private:
  void end_session(ClientConnection& connection, const Asked& asked, Now now);

  Core& core_;
  ConnectHandshake& handshake_;
  SessionTracker sessions_;  // those that are served here, wherever they began
  bool state_doubted_ = false;
};

}  // namespace paddock::replica
