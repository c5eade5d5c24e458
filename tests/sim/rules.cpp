#include "tests/sim/rules.h"

#include <algorithm>
#include <set>

#include "protocol/client/records.h"
#include "protocol/jute/codec.h"
#include "protocol/txn/txn.h"
#include "tests/sim/server.h"
#include "tests/sim/violation.h"
#include "tests/sim/world.h"

namespace paddock::sim {
namespace {

using quorum::PacketType;

const char* name_of(PacketType type) {
  switch (type) {
    case PacketType::request:
      return "REQUEST";
    case PacketType::proposal:
      return "PROPOSAL";
    case PacketType::ack:
      return "ACK";
    case PacketType::commit:
      return "COMMIT";
    case PacketType::ping:
      return "PING";
    case PacketType::revalidate:
      return "REVALIDATE";
    case PacketType::sync:
      return "SYNC";
    case PacketType::inform:
      return "INFORM";
    case PacketType::new_leader:
      return "NEWLEADER";
    case PacketType::follower_info:
      return "FOLLOWERINFO";
    case PacketType::up_to_date:
      return "UPTODATE";
    case PacketType::diff:
      return "DIFF";
    case PacketType::trunc:
      return "TRUNC";
    case PacketType::snap:
      return "SNAP";
    case PacketType::observer_info:
      return "OBSERVERINFO";
    case PacketType::leader_info:
      return "LEADERINFO";
    case PacketType::ack_epoch:
      return "ACKEPOCH";
    default:
      return "?";
  }
}

std::set<SessionId> touches_of(const quorum::QuorumPacket& ping) {
  std::set<SessionId> sessions;
  jute::Reader reader(ping.data.view());
  quorum::SessionTimeout touch;
  while (!reader.at_end() && jute::decode(reader, touch)) sessions.insert(SessionId{touch.session_id});
  return sessions;
}

std::string describe(const store::LogWork& work) {
  struct Describing {
    std::string operator()(const store::Append& w) { return fmt::format("append {}", text(w.zxid)); }
    std::string operator()(const store::Truncate& w) { return fmt::format("truncate {}", text(w.last)); }
    std::string operator()(const store::WriteEpochs& w) {
      return fmt::format("epochs {}/{}", w.epochs.accepted, w.epochs.current);
    }
    std::string operator()(const store::Fence&) { return "fence"; }
    std::string operator()(const store::SnapshotBegin& w) { return fmt::format("snapshot {}", text(w.zxid)); }
    std::string operator()(const store::SnapshotChunk& w) { return fmt::format("chunk {}", w.bytes.size()); }
    std::string operator()(const store::SnapshotEnd&) { return "snapshot end"; }
    std::string operator()(const store::SnapshotAbandon&) { return "snapshot abandoned"; }
  };
  return std::visit(Describing{}, work);
}

}  // namespace

Rules::Rules(World& world)
    : world_(world),
      agreement_(
          chronicle_,
          [&world] {
            std::vector<std::pair<ServerId, const DiskImage*>> voters;
            for (const auto& server : world.servers) {
              if (server->voter()) voters.emplace_back(server->id(), &server->disk().durable());
            }
            return voters;
          },
          [this](const Committed& entry) {
            world_.tell("committed {} {} of {:#x}", text(entry.zxid), client::name_of(entry.type),
                        entry.session.value);
            sessions_.committed(entry);
          }) {}

PromiseChecker Rules::promises(const Server& server) const {
  return {server.id(), server.disk().durable(), server.disk().in_flight()};
}

// --- Servers

void Rules::server_starts(Server& server, const store::Recovered& recovered) {
  epochs_.starts(server.id(), recovered.epochs);
  agreement_.starts(server.id(), recovered.checkpoint);
  seats_[server.id()] = {};
}

void Rules::server_ended(Server& server) {
  std::erase_if(syncs_, [&](const auto& entry) { return entry.first.first == server.id(); });
  seats_[server.id()] = {};
  expiry_.stops(server.id());
}

void Rules::disk_asked(Server& server, const store::LogWork& work) {
  world_.tell("s{} disk {}: {}", server.id().value, store::seq_of(work).value, describe(work));
  const DiskImage& asked = server.disk().asked();
  if (const auto* append = std::get_if<store::Append>(&work)) {
    require(append->zxid.counter() <= world_.knobs.last_counter, "Z4",
            "s{} logs {}, behind the last counter {}", server.id().value, text(append->zxid),
            world_.knobs.last_counter);
    const bool staged = asked.staged && asked.staged->entries.empty();
    const Zxid previous = !asked.staged                   ? asked.last()
                          : asked.staged->entries.empty() ? asked.staged->zxid
                                                          : asked.staged->entries.back().zxid;
    const bool known = !staged && (asked.staged || !asked.entries.empty());
    logs_.appended(server.id(), previous, known, append->zxid, append->txn.view());
    look_at_session(server, *append);
  } else if (const auto* cut = std::get_if<store::Truncate>(&work)) {
    ++truncations_;
    if (!asked.staged) agreement_.cuts(server.id(), cut->last, asked);
  } else if (const auto* write = std::get_if<store::WriteEpochs>(&work)) {
    epochs_.writes(server.id(), write->epochs);
  } else if (std::holds_alternative<store::SnapshotEnd>(work)) {
    ++snapshots_;
  }
}

void Rules::tell_role(Server& server) {
  static constexpr const char* kRoles[] = {"looking", "following", "leading", "observing"};
  static constexpr const char* kPhases[] = {"election", "discovery", "synchronization", "broadcast"};
  const zab::Engine& engine = server.replica()->engine();
  std::string role =
      fmt::format("{} s{} in {}{}", kRoles[static_cast<int>(engine.role())], engine.leader().value,
                  kPhases[static_cast<int>(engine.phase())], server.replica()->serving() ? ", serving" : "");
  Seat& seat = seats_[server.id()];
  if (role == seat.role) return;
  world_.tell("s{} is {}", server.id().value, role);
  seat.role = std::move(role);
}

bool Rules::leads(Server& server) const {
  return server.replica()->engine().role() == zab::Role::leading && server.replica()->serving();
}

// What a leader proposes for a session. A learner logs the same, and so does a leader that inherits it.
void Rules::look_at_session(Server& server, const store::Append& append) {
  if (!leads(server)) return;
  const auto txn = txn::decode_txn(append.txn.view());
  require(txn.ok(), "Z1", "s{} logs {}, which cannot be read", server.id().value, text(append.zxid));
  const SessionId session{txn->header.session_id};
  if (const auto* created = std::get_if<txn::CreateSessionTxn>(&txn->body)) {
    expiry_.creates(session, created->timeout_ms);
  } else if (txn->header.type == static_cast<int32_t>(client::OpCode::close_session) &&
             txn->header.cxid == 0) {
    expiry_.expires(server.id(), session, server.now().monotonic);
  }
}

void Rules::stepped(Server& server) {
  replica::Replica& replica = *server.replica();
  tell_role(server);
  const znode::State& state = replica.state();
  agreement_.applied(server.id(), state.last_applied(), state.checksum(), server.disk().asked());
  const zab::Engine& engine = replica.engine();
  Seat& seat = seats_[server.id()];
  if (!replica.serving()) expiry_.stops(server.id());
  const bool leading = leads(server);
  if (leading && !seat.leading) expiry_.leads(server.id(), server.now().monotonic);
  seat.leading = leading;
  if (!leading || engine.phase() != zab::Phase::broadcast) return;
  const uint32_t epoch = engine.epochs().current;
  if (seat.led_epoch == epoch) return;
  seat.led_epoch = epoch;
  epochs_.leads(server.id(), epoch);
  agreement_.leads(server.id(), epoch, server.disk().asked());
}

// --- Between servers

void Rules::vote_sent(Server& server, const zab::NotificationOut& vote) {
  const quorum::Notification& said = vote.message;
  world_.tell("s{} -> s{} vote: s{} {} epoch {} round {} state {}", server.id().value, vote.to.value,
              said.leader.value, text(said.zxid), said.peer_epoch, said.round, static_cast<int>(said.state));
  const bool own = said.state == quorum::PeerState::looking && said.leader == server.id();
  if (!own || !server.voter() || said.zxid == Zxid{-1}) return;
  promises(server).stands_at(static_cast<uint32_t>(said.peer_epoch), said.zxid);
}

void Rules::packet_sent(Server& server, LinkId link, ServerId peer, const quorum::QuorumPacket& packet) {
  const auto type = static_cast<PacketType>(packet.type);
  const Zxid zxid{packet.zxid};
  if (type != PacketType::ping) {
    world_.tell("s{} -> s{} {} {}", server.id().value, peer.value, name_of(type), text(zxid));
  }
  if (type == PacketType::ping && server.replica()->engine().role() != zab::Role::leading) {
    expiry_.passes_on(server.id(), touches_of(packet));
  }
  if (type == PacketType::ack) {
    check_ack(server, link, zxid);
  } else if (type == PacketType::ack_epoch) {
    promises(server).accepts_epoch(syncs_[{server.id(), link}].epoch, zxid);
  }
}

void Rules::check_ack(Server& server, LinkId link, Zxid zxid) {
  if (zxid.counter() > 0) return promises(server).holds_entry(zxid);
  Sync& sync = syncs_[{server.id(), link}];
  if (std::exchange(sync.acknowledged, true)) return;
  require(sync.complete, "Z10", "s{} acknowledges {} before NEWLEADER", server.id().value, text(zxid));
  promises(server).holds_history(zxid.epoch(), sync.end);
}

void Rules::packet_received(Server& server, LinkId link, ServerId, const quorum::QuorumPacket& packet) {
  Sync& sync = syncs_[{server.id(), link}];
  const Zxid zxid{packet.zxid};
  switch (static_cast<PacketType>(packet.type)) {
    case PacketType::leader_info:
      sync.epoch = zxid.epoch();
      return;
    case PacketType::trunc:
    case PacketType::snap:
    case PacketType::proposal:
      if (!sync.complete) sync.end = zxid;
      return;
    case PacketType::new_leader:
      sync.complete = true;
      return;
    case PacketType::ping:
      expiry_.told(server.id(), touches_of(packet), server.now().monotonic);
      return;
    default:
      return;
  }
}

void Rules::link_ended(Server& server, LinkId link) {
  syncs_.erase({server.id(), link});
}

// --- Clients' connections

void Rules::client_frame(Server& server, ConnectionId connection, std::string_view) {
  const auto found = handshaken_.find({server.id(), connection});
  if (found == handshaken_.end() || found->second == SessionId{} || !server.replica()->serving()) return;
  expiry_.heard(server.id(), leads(server), found->second, server.now().monotonic);
}

void Rules::client_output(Server& server, ConnectionId connection, std::string_view bytes) {
  if (bytes.empty() || handshaken_.contains({server.id(), connection})) return;
  const auto response = jute::decoded<client::ConnectResponse>(bytes.substr(4));
  require(response.has_value(), "C9", "s{} answers a connect request with {} bytes", server.id().value,
          bytes.size());
  const SessionId session{response->timeout_ms > 0 ? response->session_id : 0};
  handshaken_[{server.id(), connection}] = session;
  if (session == SessionId{}) return;
  require(server.replica()->state().has_session(session), "C9",
          "s{} at {} takes on session {:#x}, which does not live there", server.id().value,
          text(server.replica()->state().last_applied()), session.value);
}

void Rules::client_gone(Server& server, ConnectionId connection) {
  handshaken_.erase({server.id(), connection});
}

}  // namespace paddock::sim
