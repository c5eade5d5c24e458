// Rules: everything that must hold in a run, asked of the checkers at each event. The world tells it what
// happens; it tells the trace, and throws a Violation where a rule is broken.
#pragma once

#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "protocol/quorum/records.h"
#include "server/zab/ready.h"
#include "tests/sim/acl_checker.h"
#include "tests/sim/agreement_checker.h"
#include "tests/sim/chronicle.h"
#include "tests/sim/config_checker.h"
#include "tests/sim/config_history.h"
#include "tests/sim/config_observer.h"
#include "tests/sim/epoch_checker.h"
#include "tests/sim/expiry_checker.h"
#include "tests/sim/log_checker.h"
#include "tests/sim/mandate_checker.h"
#include "tests/sim/primary_checker.h"
#include "tests/sim/promise_checker.h"
#include "tests/sim/readmission_checker.h"
#include "tests/sim/session_checker.h"
#include "tests/sim/staleness_checker.h"
#include "tests/sim/sync_observer.h"
#include "tests/sim/takeover_checker.h"

namespace paddock::sim {

class Server;
struct World;

class Rules {
 public:
  explicit Rules(World& world);

  const Chronicle& chronicle() const { return chronicle_; }
  const ConfigHistory& configs() const { return configs_; }
  ConfigObserver& observed_configs() { return observed_configs_; }
  // The highest zxid of a write that any client knows of.
  Zxid answered() const { return answered_; }
  AclChecker& acls() { return acls_; }
  void write_answered(Zxid zxid) { answered_ = std::max(answered_, zxid); }

  void fuzzy(Zxid from, Zxid to) { agreement_.fuzzy(from, to); }
  bool is_fuzzy(Zxid position) const { return agreement_.is_fuzzy(position); }

  // --- Servers
  void server_starts(Server& server, const store::Recovered& recovered);
  void server_ended(Server& server);
  // Before `work` is handed to the disk.
  void disk_asked(Server& server, const store::LogWork& work);
  // A batch was worked off; nothing of it has left the server.
  void stepped(Server& server);

  // It serves: what it takes for the configuration is what /zookeeper/config says.
  void compare_config(Server& server) const;

  // --- Between servers
  void vote_sent(Server& server, const zab::NotificationOut& vote);
  void packet_sent(Server& server, LinkId link, ServerId peer, const quorum::QuorumPacket& packet);
  // `sent`: when, by the clock of the world.
  void packet_received(Server& server, LinkId link, ServerId peer, const quorum::QuorumPacket& packet,
                       Instant sent);
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
    Zxid last;  // that was sent on it
    Zxid end;   // of the initial history
    bool complete = false;
    bool acknowledged = false;
    bool nameless = false;  // what it says there are no promises of a server (DESIGN.md rule 8)
  };
  struct Seat {
    uint32_t offered_epoch = 0;
    uint32_t led_epoch = 0;
    Zxid applied;  // when the last batch was worked off
    std::string role;
    bool leading = false;  // and serving
    uint64_t stay = 0;     // in service, by number; 0: none
    // Of the configurations when they were looked at, and the stay when /zookeeper/config was.
    std::optional<uint64_t> revision;
    uint64_t stay_of_node = 0;
  };
  void note_committed(const Committed& entry);
  bool is_quorum_for(ServerId leader, Zxid end, const std::set<ServerId>& servers) const;
  std::optional<MandateChecker::Pending> pending_for(ServerId leader, Zxid end) const;
  void look_at_config(Server& server, Seat& seat);
  void look_at_session(Server& server, const store::Append& append);
  bool leads(Server& server) const;
  PromiseChecker promises(const Server& server) const;
  void check_leader(Server& server, quorum::PacketType type, Zxid zxid);
  void check_promise(Server& server, Sync& sync, ServerId peer, const quorum::QuorumPacket& packet);
  void check_ack(Server& server, Sync& sync, Zxid zxid);
  void tell_role(Server& server);
  void check_staleness(Server& server);
  void look_at_replies(Server& server, SessionId session, std::string_view bytes);

  World& world_;
  Chronicle chronicle_;
  ConfigHistory configs_;
  ConfigChecker config_uses_{configs_};
  SessionChecker sessions_;
  LogChecker logs_;
  EpochChecker epochs_;
  MandateChecker mandates_;
  AgreementChecker agreement_;
  ExpiryChecker expiry_;
  TakeoverChecker takeovers_;
  SyncObserver observed_syncs_;
  ConfigObserver observed_configs_;
  StalenessChecker staleness_;
  ReadmissionChecker readmissions_;
  PrimaryChecker primaries_{chronicle_};
  AclChecker acls_{chronicle_};
  std::map<ServerId, Seat> seats_;
  std::map<std::pair<ServerId, LinkId>, Sync> syncs_;
  std::map<std::pair<ServerId, ConnectionId>, SessionId> handshaken_;  // 0: refused
  Zxid answered_;
  mutable uint64_t promises_seen_ = 0;
  uint64_t stays_ = 0;
  size_t snapshots_ = 0;
  size_t truncations_ = 0;
};

}  // namespace paddock::sim
