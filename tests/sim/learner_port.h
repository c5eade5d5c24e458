// LearnerPort: one server's learner links, those it opened to a leader and those that learners opened to it.
//
// Owner: the server; process_ended() when its process does.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "protocol/base/ids.h"
#include "server/zab/ready.h"
#include "tests/sim/net.h"

namespace paddock::sim {

class Server;
struct World;

class LearnerPort {
 public:
  LearnerPort(World& world, Server& self) : world_(world), self_(self) {}

  void carry_out(const zab::LinkCommand& command);
  void send(const zab::PacketOut& out);
  void send(const zab::SnapshotOut& out);
  // As it is, whatever the server is taken for.
  void transmit(LinkId link, const Bytes& packet);
  // The network breaks every connection of this server to its leader, or to its learners.
  void break_links();
  void process_ended(bool lossy);

  bool listening() const { return listening_; }
  // The other server of a link; -1 if it is not there any more.
  ServerId peer_of(LinkId link) const;

 private:
  struct Link {
    ServerId peer;
    Side side = Side::first;
    std::shared_ptr<Connection> connection;  // null while it is being opened
    std::string stream_end;                  // the last bytes of a snapshot that is being sent
  };

  void connect(const zab::ConnectToLeader& command);
  void reach(LinkId link);
  void refused(LinkId link);
  LinkId accept(ServerId learner, std::shared_ptr<Connection> connection);
  void attach(LinkId link);
  void arrived(LinkId link, const Bytes& packet, Instant sent);
  void close(LinkId link);
  void forget(LinkId link);

  World& world_;
  Server& self_;
  bool listening_ = false;
  uint64_t accepted_ = 0;
  std::map<LinkId, Link> links_;
};

}  // namespace paddock::sim
