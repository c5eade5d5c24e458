#include "tests/sim/rules.h"

#include <algorithm>
#include <set>

#include "protocol/client/records.h"
#include "protocol/jute/codec.h"
#include "protocol/jute/endian.h"
#include "protocol/txn/txn.h"
#include "server/zab/packets.h"
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
    case PacketType::commit_and_activate:
      return "COMMITANDACTIVATE";
    case PacketType::inform_and_activate:
      return "INFORMANDACTIVATE";
    default:
      return "?";
  }
}

// Of so many promises one is proved on the files themselves.
constexpr uint64_t kForkEvery = 16;

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
      chronicle_(world.knobs.first_zxid),
      configs_(world.membership),
      sessions_(chronicle_, world.knobs.local_sessions),
      mandates_(
          [this](ServerId leader, uint32_t epoch, const std::set<ServerId>& servers) {
            return is_quorum_for(leader, Zxid::of(epoch, 1), servers);
          },
          [this](ServerId leader, uint32_t epoch) { return pending_for(leader, Zxid::of(epoch, 1)); }),
      agreement_(
          chronicle_,
          [&world] {
            std::vector<std::pair<ServerId, const DiskImage*>> disks;
            for (const auto& server : world.servers) {
              disks.emplace_back(server->id(), &server->disk().durable());
            }
            return disks;
          },
          [this](Zxid zxid, const std::set<ServerId>& servers) { return configs_.commit(zxid, servers); },
          [&world] { return world.damaged; }, [this](const Committed& entry) { note_committed(entry); }),
      observed_syncs_(world.coverage),
      observed_configs_(world.coverage),
      staleness_(
          [this](ServerId leader, const std::set<ServerId>& servers) {
            return is_quorum_for(leader, Zxid{INT64_MAX}, servers);
          },
          int64_t{world.knobs.tick_ms} * (world.knobs.sync_limit_ticks + 1),
          int64_t{world.knobs.tick_ms} * (world.knobs.sync_limit_ticks + 2)),
      readmissions_([this](ServerId leader, const std::set<ServerId>& servers) {
        return is_quorum_for(leader, Zxid{INT64_MAX}, servers);
      }) {}

void Rules::note_committed(const Committed& entry) {
  world_.tell("committed {} {} of {:#x}", text(entry.zxid), client::name_of(entry.type), entry.session.value);
  const zab::Membership before = configs_.last();
  configs_.committed(entry);
  if (entry.type == client::OpCode::reconfig) observed_configs_.committed(before, configs_.last());
  if (world_.knobs.local_sessions && entry.type == client::OpCode::create_session) {
    world_.coverage.insert("a local session upgraded");
  }
  sessions_.committed(entry);
  primaries_.committed(entry.zxid);
  acls_.committed(entry);
  takeovers_.committed(entry);
}

bool Rules::is_quorum_for(ServerId leader, Zxid end, const std::set<ServerId>& servers) const {
  return is_quorum(configs_.in(world_.server(leader).disk().asked(), end), servers);
}

std::optional<MandateChecker::Pending> Rules::pending_for(ServerId leader, Zxid end) const {
  const ConfigHistory::Configs configs = configs_.in(world_.server(leader).disk().asked(), end);
  if (configs.size() < 2) return std::nullopt;
  return MandateChecker::Pending{Zxid{configs[1]->version}, *configs[0]};
}

PromiseChecker Rules::promises(const Server& server) const {
  if (++promises_seen_ % kForkEvery == 0) server.disk().check_fork();
  return {server.id(), server.disk().durable(), server.disk().in_flight()};
}

// --- Servers

void Rules::server_starts(Server& server, const store::Recovered& recovered) {
  epochs_.starts(server.id(), recovered.epochs);
  config_uses_.starts(server.id(), server.files().membership());
  agreement_.starts(server.id(), recovered.checkpoint);
  seats_[server.id()] = {};
  if (!recovered.damage.empty()) world_.coverage.insert("damage put aside");
}

void Rules::server_ended(Server& server) {
  std::erase_if(syncs_, [&](const auto& entry) { return entry.first.first == server.id(); });
  seats_[server.id()] = {};
  expiry_.stops(server.id());
  staleness_.ended(server.id());
}

void Rules::disk_asked(Server& server, const store::LogWork& work) {
  world_.tell("s{} disk {}: {}", server.id().value, store::seq_of(work).value, describe(work));
  const DiskImage& asked = server.disk().asked();
  if (const auto* append = std::get_if<store::Append>(&work)) {
    require(append->zxid.counter() <= world_.knobs.last_counter, "Z4",
            "s{} logs {}, behind the last counter {}", server.id().value, text(append->zxid),
            world_.knobs.last_counter);
    if (append->zxid.counter() == world_.knobs.last_counter) world_.coverage.insert("a counter at its end");
    const bool staged = asked.staged && asked.staged->entries.empty();
    const Zxid previous = !asked.staged                   ? asked.last()
                          : asked.staged->entries.empty() ? asked.staged->zxid
                                                          : asked.staged->entries.back().zxid;
    const bool known = !staged && (asked.staged || !asked.entries.empty());
    logs_.appended(server.id(), previous, known, append->zxid, append->txn.view());
    configs_.logged(*append);
    look_at_session(server, *append);
    if (leads(server)) {
      primaries_.proposes(server.id(), append->zxid, server.replica()->state().last_applied());
      acls_.proposed(append->zxid, seats_[server.id()].applied);
    }
  } else if (const auto* cut = std::get_if<store::Truncate>(&work)) {
    ++truncations_;
    if (!asked.staged) agreement_.cuts(server.id(), cut->last, asked);
  } else if (const auto* write = std::get_if<store::WriteEpochs>(&work)) {
    epochs_.writes(server.id(), write->epochs);
  } else if (std::holds_alternative<store::SnapshotEnd>(work)) {
    ++snapshots_;
  } else if (std::holds_alternative<store::SnapshotAbandon>(work)) {
    world_.coverage.insert("a snapshot given up");
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
  // Who is current in an epoch holds its whole initial history.
  if (server.disk().durable().epochs.current > 0 && replica.serving()) world_.damaged.erase(server.id());
  const znode::State& state = replica.state();
  agreement_.applied(server.id(), state.last_applied(), state.checksum(), server.disk().asked());
  seats_[server.id()].applied = state.last_applied();
  const zab::Engine& engine = replica.engine();
  Seat& seat = seats_[server.id()];
  if (!replica.serving()) expiry_.stops(server.id());
  const bool leading = leads(server);
  if (leading && !seat.leading) expiry_.leads(server.id(), server.now().monotonic);
  seat.leading = leading;
  if (!replica.serving()) {
    seat.stay = 0;
  } else if (seat.stay == 0) {
    seat.stay = ++stays_;
    staleness_.begins(server.id(), server.now().monotonic);
  }
  if (world_.knobs.reconfigures()) look_at_config(server, seat);
  check_staleness(server);
  if (!leading || engine.phase() != zab::Phase::broadcast) return;
  const uint32_t epoch = engine.epochs().current;
  if (seat.led_epoch == epoch) return;
  seat.led_epoch = epoch;
  epochs_.leads(server.id(), epoch);
  agreement_.leads(server.id(), epoch, server.disk().asked());
  config_uses_.leads(server.id(), epoch, server.disk().asked());
}

// Behind what the step has applied: what is in force is committed.
void Rules::look_at_config(Server& server, Seat& seat) {
  const replica::Replica& replica = *server.replica();
  const zab::Engine& engine = server.replica()->engine();
  const zab::Configs& configs = engine.configs();
  const bool changed = std::exchange(seat.revision, configs.revision()) != configs.revision();
  if (changed) {
    world_.tell("s{} is in configuration {}{}", server.id().value, describe(configs.committed()),
                configs.is_pending() ? ", and knows " + describe(configs.proposed()) : "");
    config_uses_.takes_for_committed(server.id(), configs.committed());
  }
  if (!replica.serving()) return;
  if (std::exchange(seat.stay_of_node, seat.stay) != seat.stay || changed) compare_config(server);
  if (engine.role() != zab::Role::leading) return;
  observed_configs_.leads(server.id(), engine.epochs().current, configs.committed());
  config_uses_.leads_on(server.id(), engine.epochs().current, configs.committed(), engine.last_committed());
}

void Rules::compare_config(Server& server) const {
  if (!world_.knobs.reconfigures()) return;
  const zab::Configs& configs = server.replica()->engine().configs();
  config_uses_.serves(server.id(), configs.committed(), server.replica()->state().config_text());
}

// --- Between servers

void Rules::vote_sent(Server& server, const zab::NotificationOut& vote) {
  const quorum::Notification& said = vote.message;
  world_.tell("s{} -> s{} vote: s{} {} epoch {} round {} state {}", server.id().value, vote.to.value,
              said.leader.value, text(said.zxid), said.peer_epoch, said.round, static_cast<int>(said.state));
  const bool own = said.state == quorum::PeerState::looking && said.leader == server.id();
  if (!own || said.zxid == Zxid{-1}) return;
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
  if (type == PacketType::observer_info) {
    const auto info = jute::decoded<quorum::LearnerInfo>(packet.data.view());
    syncs_[{server.id(), link}].nameless = info && zab::is_stranger(ServerId{info->server_id});
  }
  if (type == PacketType::ack || type == PacketType::ack_epoch) {
    Sync& sync = syncs_[{server.id(), link}];
    if (!sync.nameless) check_promise(server, sync, peer, packet);
  } else {
    observed_syncs_.sent(server.id(), link, type);
    check_leader(server, type, zxid);
  }
  if (type == PacketType::up_to_date) readmissions_.readmits(server.id(), link, peer);
}

void Rules::check_promise(Server& server, Sync& sync, ServerId peer, const quorum::QuorumPacket& packet) {
  const Zxid zxid{packet.zxid};
  if (static_cast<PacketType>(packet.type) == PacketType::ack) return check_ack(server, sync, zxid);
  promises(server).accepts_epoch(sync.epoch, zxid);
  const auto current = jute::decoded<int32_t>(packet.data.view());
  if (!current || *current < 0) return;
  mandates_.promises(server.id(), peer, sync.epoch, {static_cast<uint32_t>(*current), zxid});
}

void Rules::check_leader(Server& server, PacketType type, Zxid zxid) {
  Seat& seat = seats_[server.id()];
  if (type == PacketType::leader_info) {
    seat.offered_epoch = zxid.epoch();
    const zab::Configs& configs = server.replica()->engine().configs();
    const Zxid pending{configs.proposed().version};
    if (configs.is_pending() && pending.counter() > 0) observed_configs_.inherited();
    promises(server).offers_epoch(seat.offered_epoch);
    const DiskImage& durable = server.disk().durable();
    mandates_.offers(server.id(), seat.offered_epoch, {durable.epochs.current, durable.last()});
  } else if (type == PacketType::diff || type == PacketType::trunc || type == PacketType::snap) {
    mandates_.synchronizes(server.id(), seat.offered_epoch);
  } else if (type == PacketType::up_to_date) {
    promises(server).holds_history(seat.offered_epoch, Zxid{});
    mandates_.activates(server.id(), seat.offered_epoch);
  }
}

void Rules::check_ack(Server& server, Sync& sync, Zxid zxid) {
  if (zxid.counter() > 0) return promises(server).holds_entry(zxid);
  // The second of an epoch that has come to its end since.
  if (zxid.epoch() < sync.epoch) return;
  if (std::exchange(sync.acknowledged, true)) return;
  require(sync.complete, "Z10", "s{} acknowledges {} before NEWLEADER", server.id().value, text(zxid));
  promises(server).holds_history(zxid.epoch(), sync.end);
  mandates_.holds_history(server.id(), zxid.epoch());
}

void Rules::packet_received(Server& server, LinkId link, ServerId peer, const quorum::QuorumPacket& packet,
                            Instant sent) {
  staleness_.hears(server.id(), peer, server.now().monotonic);
  Sync& sync = syncs_[{server.id(), link}];
  const Zxid zxid{packet.zxid};
  switch (static_cast<PacketType>(packet.type)) {
    case PacketType::leader_info:
      // Of a server that follows already: a new epoch over the same link (rule 9).
      sync = {zxid.epoch(), sync.last, sync.last, false, false, sync.nameless};
      return;
    case PacketType::trunc:
    case PacketType::snap:
    case PacketType::proposal:
    case PacketType::inform:
    case PacketType::inform_and_activate:
      sync.last = zxid;
      if (!sync.complete) sync.end = zxid;
      return;
    case PacketType::new_leader:
      sync.complete = true;
      return;
    case PacketType::observer_info: {
      const auto info = jute::decoded<quorum::LearnerInfo>(packet.data.view());
      const bool nameless = info && zab::is_stranger(ServerId{info->server_id});
      if (nameless) readmissions_.asks(server.id(), link, world_.scheduler.now());
      return;
    }
    case PacketType::ack:
      readmissions_.hears(server.id(), peer, sent);
      return;
    case PacketType::ping:
      readmissions_.hears(server.id(), peer, sent);
      // A leader that wakes late may give a link up before it reads what came by it meanwhile.
      if (!server.resuming()) expiry_.told(server.id(), touches_of(packet), server.now().monotonic);
      return;
    default:
      return;
  }
}

void Rules::link_ended(Server& server, LinkId link) {
  syncs_.erase({server.id(), link});
  readmissions_.link_ended(server.id(), link);
}

// --- Clients' connections

void Rules::client_frame(Server& server, ConnectionId connection, std::string_view frame) {
  const auto found = handshaken_.find({server.id(), connection});
  if (found == handshaken_.end() || found->second == SessionId{} || !server.replica()->serving()) return;
  jute::Reader reader(frame);
  client::RequestHeader header;
  if (!jute::decode(reader, header)) return;
  // As in ZooKeeper an authentication keeps no session alive; it follows a handshake, which does.
  if (header.type == static_cast<int32_t>(client::OpCode::auth)) return;
  expiry_.heard(server.id(), leads(server), found->second, server.now().monotonic);
  if (header.xid <= 0) return;
  if (client::kind_of(static_cast<client::OpCode>(header.type)) != client::OpKind::write) return;
  takeovers_.asked(seats_[server.id()].stay, found->second, header.xid);
}

void Rules::look_at_replies(Server& server, SessionId session, std::string_view bytes) {
  while (bytes.size() >= 4) {
    const auto size = static_cast<size_t>(jute::load_int(bytes.data()));
    jute::Reader reader(bytes.substr(4, size));
    client::ReplyHeader header;
    if (jute::decode(reader, header) && header.xid > 0) {
      takeovers_.answers(seats_[server.id()].stay, session, header.xid, Zxid{header.zxid});
    }
    bytes.remove_prefix(std::min(bytes.size(), 4 + size));
  }
}

void Rules::client_output(Server& server, ConnectionId connection, std::string_view bytes) {
  if (bytes.empty()) return;
  const auto found = handshaken_.find({server.id(), connection});
  if (found != handshaken_.end()) return look_at_replies(server, found->second, bytes);
  const auto response = jute::decoded<client::ConnectResponse>(bytes.substr(4));
  require(response.has_value(), "C9", "s{} answers a connect request with {} bytes", server.id().value,
          bytes.size());
  const SessionId session{response->timeout_ms > 0 ? response->session_id : 0};
  handshaken_[{server.id(), connection}] = session;
  if (session == SessionId{}) return;
  // One that only its server knows is in no state, nor is one that has just become the ensemble's elsewhere.
  const bool may_be_unknown = world_.knobs.local_sessions && !sessions_.ended(session);
  require(may_be_unknown || server.replica()->state().has_session(session), "C9",
          "s{} at {} takes on session {:#x}, which does not live there", server.id().value,
          text(server.replica()->state().last_applied()), session.value);
}

void Rules::check_staleness(Server& server) {
  if (!server.replica()->serving()) return;
  const Instant now = server.now().monotonic;
  if (leads(server)) {
    staleness_.leader_serves(server.id(), now);
  } else {
    staleness_.learner_serves(server.id(), server.replica()->engine().leader(), now);
  }
}

void Rules::client_gone(Server& server, ConnectionId connection) {
  handshaken_.erase({server.id(), connection});
}

}  // namespace paddock::sim
