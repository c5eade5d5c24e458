// LearnerService: what a follower or observer does for its clients: it answers reads itself and asks its
// leader for everything else. What is accepted is forwarded at once, so nothing waits here unsent. A follower
// with observers does the same for them.
#pragma once

#include "protocol/base/bytes.h"
#include "server/replica/client_service.h"
#include "server/replica/forwarding.h"
#include "server/replica/observer_requests.h"
#include "server/replica/revalidation.h"
#include "server/replica/touches.h"
#include "server/zab/engine.h"

namespace paddock::replica {

class LearnerService : public ClientService {
 public:
  // `engine` must outlive the service.
  explicit LearnerService(zab::Engine& engine) : engine_(engine) {}

  // Of an observer of this follower.
  void from_observer(const zab::FromLearner& packet, Now now) { observers_.take(packet, now); }
  // The leader asks which sessions were heard of.
  void answer_ping(Zxid zxid);
  // A REVALIDATE's answer came: who waits for it, and what it says.
  struct Revalidated {
    ConnectionId connection;  // none: nobody
    bool valid = false;
  };
  Revalidated revalidated(const Bytes& data);
  // A SYNC came: the connection whose sync it answers; none if there is none here.
  ConnectionId synced();

  // --- ClientService
  void stop() override;
  void tick(Now) override {}
  ErrorCode admit(const ClientConnection& connection, Now now) override;
  Resumed resume(const ClientConnection& connection, Now now) override;
  ErrorCode refusal(client::OpCode type, std::string_view body) const override;
  void submit(const Submission& submission, Now now) override;
  ConnectionId applied(const txn::TxnHeader& header) override { return forwarding_.applied(header); }
  size_t adopt(SessionId session, ConnectionId connection) override;
  bool idle() const override { return forwarding_.idle() && revalidation_.idle(); }

 private:
  zab::Engine& engine_;
  Touches touches_;
  Forwarding forwarding_;
  Revalidation revalidation_;
  ObserverRequests observers_{engine_, touches_, forwarding_, revalidation_};
};

}  // namespace paddock::replica
