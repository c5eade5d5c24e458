// Rules: everything that must hold in a run, asked of the checkers at each event. The world tells it what
// happens; it tells the trace, and throws a Violation where a rule is broken.
#pragma once

#include <map>
#include <string_view>
#include <utility>

#include "protocol/quorum/records.h"
#include "server/zab/ready.h"
#include "tests/sim/agreement_checker.h"
#include "tests/sim/chronicle.h"
#include "tests/sim/epoch_checker.h"
#include "tests/sim/expiry_checker.h"
#include "tests/sim/log_checker.h"
#include "tests/sim/promise_checker.h"
#include "tests/sim/session_checker.h"

namespace paddock::sim {

class Server;
struct World;

class Rules {
 public:
  explicit Rules(World& world);

  const Chronicle& chronicle() const { return chronicle_; }
  // The highest zxid of a write that any client knows of.
  Zxid answered() const { return answered_; }
  void write_answered(Zxid zxid) { answered_ = std::max(answered_, zxid); }

  // --- Servers
  void server_starts(Server& server, const store::Recovered& recovered);
  void server_ended(Server& server);
  // Before `work` is handed to the disk.
  void disk_asked(Server& server, const store::LogWork& work);
  // A batch was worked off; nothing of it has left the server.
  void stepped(Server& server);

  // --- Between servers
  void vote_sent(Server& server, const zab::NotificationOut& vote);
  void packet_sent(Server& server, LinkId link, ServerId peer, const quorum::QuorumPacket& packet);
  void packet_received(Server& server, LinkId link, ServerId peer, const quorum::QuorumPacket& packet);
  void link_ended(Server& server, LinkId link);

  // --- Clients' connections, at the server
  void client_frame(Server& server, ConnectionId connection, std::string_view frame);
  void client_output(Server& server, ConnectionId connection, std::string_view bytes);
  void client_gone(Server& server, ConnectionId connection);

  size_t elections() const { return epochs_.epochs_led(); }
  size_t snapshots() const { return snapshots_; }
  size_t truncations() const { return truncations_; }

 private:
  // What a learner was sent on a link so far.
  struct Sync {
    uint32_t epoch = 0;
    Zxid end;  // of the initial history
    bool complete = false;
    bool acknowledged = false;
  };
  struct Seat {
    uint32_t led_epoch = 0;
    std::string role;
    bool leading = false;  // and serving
  };
  void look_at_session(Server& server, const store::Append& append);
  bool leads(Server& server) const;
  PromiseChecker promises(const Server& server) const;
  void check_ack(Server& server, LinkId link, Zxid zxid);
  void tell_role(Server& server);

  World& world_;
  Chronicle chronicle_;
  SessionChecker sessions_{chronicle_};
  LogChecker logs_;
  EpochChecker epochs_;
  AgreementChecker agreement_;
  ExpiryChecker expiry_;
  std::map<ServerId, Seat> seats_;
  std::map<std::pair<ServerId, LinkId>, Sync> syncs_;
  std::map<std::pair<ServerId, ConnectionId>, SessionId> handshaken_;  // 0: refused
  Zxid answered_;
  size_t snapshots_ = 0;
  size_t truncations_ = 0;
};

}  // namespace paddock::sim
