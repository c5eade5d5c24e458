// ElectionMesh: what the election ports of all servers do between them (server/net/election_mesh.h). One
// connection a pair; a peer is dialled while a message waits for it; only the newest message waits, and a new
// connection begins with it or with the last one that was ever sent.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "protocol/base/ids.h"
#include "protocol/quorum/records.h"
#include "tests/sim/net.h"

namespace paddock::sim {

struct World;

class ElectionMesh {
 public:
  explicit ElectionMesh(World& world) : world_(world) {}

  void set_peers(ServerId server, std::set<ServerId> peers);
  void send(ServerId from, ServerId to, const quorum::Notification& message);
  // The process of `server` ended.
  void ended(ServerId server, bool lossy);

 private:
  struct Outgoing {
    std::optional<quorum::Notification> last;
    bool waiting = false;
    bool dialling = false;
  };
  using Pair = std::pair<ServerId, ServerId>;
  static Pair pair_of(ServerId a, ServerId b) { return a < b ? Pair{a, b} : Pair{b, a}; }
  static Side side_of(ServerId self, ServerId peer) { return self < peer ? Side::first : Side::second; }

  void dial(ServerId from, ServerId to);
  void dialled(ServerId from, ServerId to);
  void dial_again(ServerId from, ServerId to);
  void establish(ServerId a, ServerId b);
  void begin(ServerId self, ServerId peer);
  void lost(ServerId self, ServerId peer, const Connection* connection);
  void transmit(ServerId from, ServerId to, const quorum::Notification& message);

  World& world_;
  std::map<ServerId, std::set<ServerId>> peers_;
  std::map<Pair, std::shared_ptr<Connection>> connections_;
  std::map<Pair, Outgoing> outgoing_;  // (from, to)
};

}  // namespace paddock::sim
