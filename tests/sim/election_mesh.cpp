#include "tests/sim/election_mesh.h"

#include <utility>

#include "tests/sim/server.h"
#include "tests/sim/world.h"

namespace paddock::sim {
namespace {

constexpr size_t kMessageBytes = 200;

}  // namespace

void ElectionMesh::set_peers(ServerId server, std::set<ServerId> peers) {
  peers.erase(server);
  peers_[server] = std::move(peers);
}

void ElectionMesh::send(ServerId from, ServerId to, const quorum::Notification& message) {
  Outgoing& outgoing = outgoing_[{from, to}];
  outgoing.last = message;
  const auto found = connections_.find(pair_of(from, to));
  if (found != connections_.end()) return transmit(from, to, message);
  outgoing.waiting = true;
  dial(from, to);
}

void ElectionMesh::transmit(ServerId from, ServerId to, const quorum::Notification& message) {
  outgoing_[{from, to}].waiting = false;
  Connection& connection = *connections_.at(pair_of(from, to));
  connection.send(side_of(from, to), kMessageBytes, [this, from, to, message] {
    world_.server(to).input([from, message](replica::Replica& replica, Now now) {
      replica.engine().election_message(from, message, now);
    });
  });
}

void ElectionMesh::dial(ServerId from, ServerId to) {
  Outgoing& outgoing = outgoing_[{from, to}];
  if (outgoing.dialling || !peers_[from].contains(to)) return;
  outgoing.dialling = true;
  const uint64_t life = world_.server(from).life();
  world_.scheduler.after_ns(world_.net.delay_ns() * 2, [this, from, to, life] {
    if (world_.server(from).life() != life) return;
    outgoing_[{from, to}].dialling = false;
    dialled(from, to);
  });
}

void ElectionMesh::dialled(ServerId from, ServerId to) {
  if (connections_.contains(pair_of(from, to))) return;
  const auto a = static_cast<Machine>(from.value);
  const auto b = static_cast<Machine>(to.value);
  if (world_.net.blocked(a, b) || world_.net.blocked(b, a)) return dial_again(from, to);
  if (world_.server(to).up()) return establish(from, to);
  world_.server(from).input(
      [to](replica::Replica& replica, Now now) { replica.engine().election_link_down(to, now); });
  dial_again(from, to);
}

void ElectionMesh::dial_again(ServerId from, ServerId to) {
  outgoing_[{from, to}].dialling = true;
  const uint64_t life = world_.server(from).life();
  world_.scheduler.after_ns(world_.knobs.reconnect_ms * 1'000'000, [this, from, to, life] {
    if (world_.server(from).life() != life) return;
    outgoing_[{from, to}].dialling = false;
    if (outgoing_[{from, to}].waiting) dial(from, to);
  });
}

void ElectionMesh::establish(ServerId a, ServerId b) {
  const auto [first, second] = pair_of(a, b);
  const auto connection =
      world_.net.connect(static_cast<Machine>(first.value), static_cast<Machine>(second.value));
  connections_[{first, second}] = connection;
  for (const auto& [self, peer] : {Pair{first, second}, Pair{second, first}}) {
    connection->listen(
        side_of(self, peer),
        [this, self = self, peer = peer, lost_one = connection.get()] { lost(self, peer, lost_one); },
        nullptr);
  }
  begin(first, second);
  begin(second, first);
}

void ElectionMesh::begin(ServerId self, ServerId peer) {
  world_.server(self).input(
      [peer](replica::Replica& replica, Now now) { replica.engine().election_link_up(peer, now); });
  const Outgoing& outgoing = outgoing_[{self, peer}];
  const auto found = connections_.find(pair_of(self, peer));
  if (outgoing.last && found != connections_.end()) transmit(self, peer, *outgoing.last);
}

// Silently if there is a newer one.
void ElectionMesh::lost(ServerId self, ServerId peer, const Connection* connection) {
  const auto found = connections_.find(pair_of(self, peer));
  if (found != connections_.end()) {
    if (found->second.get() != connection) return;
    connections_.erase(found);
  }
  world_.server(self).input(
      [peer](replica::Replica& replica, Now now) { replica.engine().election_link_down(peer, now); });
}

void ElectionMesh::ended(ServerId server, bool lossy) {
  std::erase_if(outgoing_, [&](const auto& entry) { return entry.first.first == server; });
  peers_.erase(server);
  std::erase_if(connections_, [&](const auto& entry) {
    const auto& [pair, connection] = entry;
    if (pair.first != server && pair.second != server) return false;
    connection->abandon(pair.first == server ? Side::first : Side::second, lossy);
    return true;
  });
}

}  // namespace paddock::sim
