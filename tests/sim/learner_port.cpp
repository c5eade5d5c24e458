#include "tests/sim/learner_port.h"

#include <utility>

#include "protocol/base/check.h"
#include "protocol/jute/codec.h"
#include "tests/sim/election_mesh.h"
#include "tests/sim/rules.h"
#include "tests/sim/server.h"
#include "tests/sim/world.h"

namespace paddock::sim {
namespace {

constexpr uint64_t kAccepted = uint64_t{1} << 63;
const std::string kStreamEnd = std::string("\0\0\0\x0a", 4) + std::string(quorum::kSnapshotSignature);

std::string describe(const quorum::QuorumPacket& packet) {
  return fmt::format("packet {} {}", packet.type, text(Zxid{packet.zxid}));
}

quorum::QuorumPacket decode(const Bytes& bytes) {
  jute::Reader reader(bytes.view());
  quorum::QuorumPacket packet;
  PADDOCK_CHECK(jute::decode(reader, packet), "a server sent {} bytes that are no packet", bytes.size());
  PADDOCK_CHECK(reader.at_end(), "a server sent {} bytes behind a packet", reader.remaining());
  return packet;
}

}  // namespace

ServerId LearnerPort::peer_of(LinkId link) const {
  const auto found = links_.find(link);
  return found == links_.end() ? ServerId{-1} : found->second.peer;
}

void LearnerPort::carry_out(const zab::LinkCommand& command) {
  if (const auto* connecting = std::get_if<zab::ConnectToLeader>(&command)) return connect(*connecting);
  if (const auto* closing = std::get_if<zab::CloseLink>(&command)) return close(closing->link);
  if (const auto* listening = std::get_if<zab::ListenForLearners>(&command)) {
    listening_ = listening->on;
    return;
  }
  std::set<ServerId> peers;
  for (const auto& [peer, addresses] : std::get<zab::ElectionPeers>(command).addresses) peers.insert(peer);
  world_.mesh->set_peers(self_.id(), std::move(peers));
}

// --- Opening

void LearnerPort::connect(const zab::ConnectToLeader& command) {
  PADDOCK_CHECK((command.link.value & kAccepted) == 0, "link {:#x} is of the host's numbers",
                command.link.value);
  PADDOCK_CHECK(!links_.contains(command.link), "link {} is opened twice", command.link.value);
  links_[command.link].peer = command.leader;
  world_.scheduler.after_ns(world_.net.delay_ns(), [this, link = command.link, life = self_.life()] {
    if (self_.life() == life && links_.contains(link)) reach(link);
  });
}

void LearnerPort::reach(LinkId link) {
  Server& leader = world_.server(links_.at(link).peer);
  const bool cut = world_.net.blocked(self_.machine(), leader.machine()) ||
                   world_.net.blocked(leader.machine(), self_.machine());
  if (cut || !leader.up() || !leader.learners().listening()) {
    const int64_t wait_ns = cut ? int64_t{world_.knobs.tick_ms} * 2'000'000 : world_.net.delay_ns();
    world_.scheduler.after_ns(wait_ns, [this, link, life = self_.life()] {
      if (self_.life() == life && links_.contains(link)) refused(link);
    });
    return;
  }
  auto connection = world_.net.connect(self_.machine(), leader.machine());
  links_[link].connection = connection;
  attach(link);
  leader.learners().accept(self_.id(), connection);
  connection->send(Side::second, 0, [this, link] {
    self_.input([link](replica::Replica& replica, Now now) { replica.engine().link_up(link, now); });
  });
}

void LearnerPort::refused(LinkId link) {
  links_.erase(link);
  self_.input([link](replica::Replica& replica, Now now) { replica.engine().link_down(link, now); });
}

LinkId LearnerPort::accept(ServerId learner, std::shared_ptr<Connection> connection) {
  const LinkId link{kAccepted | ++accepted_};
  links_[link] = {learner, Side::second, std::move(connection), {}};
  attach(link);
  self_.input([link](replica::Replica& replica, Now now) { replica.engine().link_up(link, now); });
  return link;
}

void LearnerPort::attach(LinkId link) {
  Link& opened = links_.at(link);
  opened.connection->listen(
      opened.side,
      [this, link] {
        forget(link);
        refused(link);
      },
      [this, link] {
        self_.input([link](replica::Replica& replica, Now now) { replica.engine().link_drained(link, now); });
      });
}

// --- Sending

void LearnerPort::send(const zab::PacketOut& out) {
  const auto found = links_.find(out.link);
  if (found == links_.end()) return;
  Link& link = found->second;
  PADDOCK_CHECK(link.connection, "a packet for link {}, which is not up", out.link.value);
  link.stream_end.clear();
  const quorum::QuorumPacket packet = decode(out.packet);
  world_.rules->packet_sent(self_, out.link, link.peer, packet);
  if (self_.java() == nullptr) return transmit(out.link, out.packet);
  for (const Bytes& bytes : self_.java()->outgoing(out.link, packet, out.packet, self_.mind())) {
    transmit(out.link, bytes);
  }
}

void LearnerPort::transmit(LinkId id, const Bytes& packet) {
  const auto found = links_.find(id);
  if (found == links_.end()) return;
  Link& link = found->second;
  if (self_.java() != nullptr) {
    world_.tell("  as Java: {}", describe(decode(packet)));
  }
  // The other end knows the link by its own number, which it finds by the connection.
  LearnerPort& there = world_.server(link.peer).learners();
  link.connection->send(
      link.side, packet.size(),
      [&there, connection = link.connection.get(), bytes = packet, sent = world_.scheduler.now()] {
        for (const auto& [at, held] : there.links_) {
          if (held.connection.get() == connection) return there.arrived(at, bytes, sent);
        }
      });
}

void LearnerPort::arrived(LinkId link, const Bytes& bytes, Instant sent) {
  self_.input([this, link, bytes, sent](replica::Replica& replica, Now now) {
    const quorum::QuorumPacket packet = decode(bytes);
    if (self_.java() != nullptr && !self_.java()->incoming(link, packet)) return;
    world_.rules->packet_received(self_, link, peer_of(link), packet, sent);
    replica.engine().receive(link, packet, now);
  });
}

void LearnerPort::send(const zab::SnapshotOut& out) {
  const auto found = links_.find(out.link);
  if (found == links_.end()) return;
  Link& link = found->second;
  const Bytes piece = self_.java() != nullptr ? self_.java()->outgoing_piece(out.link, out.piece) : out.piece;
  if (piece.size() == 0) return;
  link.stream_end += piece.view();
  const size_t size = link.stream_end.size();
  if (size > kStreamEnd.size()) link.stream_end.erase(0, size - kStreamEnd.size());
  const bool last = link.stream_end == kStreamEnd;
  LearnerPort& there = world_.server(link.peer).learners();
  link.connection->send(link.side, piece.size(),
                        [&there, connection = link.connection.get(), bytes = piece, last] {
                          for (const auto& [id, held] : there.links_) {
                            if (held.connection.get() != connection) continue;
                            there.self_.input([id = id, bytes, last](replica::Replica& replica, Now now) {
                              replica.engine().receive_snapshot(id, bytes, last, now);
                            });
                            return;
                          }
                        });
}

// --- Closing

void LearnerPort::forget(LinkId link) {
  world_.rules->link_ended(self_, link);
  if (self_.java() != nullptr) self_.java()->link_ended(link);
}

void LearnerPort::close(LinkId link) {
  const auto found = links_.find(link);
  if (found == links_.end()) return;
  forget(link);
  if (found->second.connection) found->second.connection->close(found->second.side);
  links_.erase(found);
}

void LearnerPort::break_links() {
  for (const auto& [id, link] : links_) {
    if (link.connection) link.connection->reset();
  }
}

void LearnerPort::process_ended(bool lossy) {
  for (auto& [id, link] : links_) {
    if (link.connection) link.connection->abandon(link.side, lossy);
  }
  links_.clear();
  listening_ = false;
}

}  // namespace paddock::sim
