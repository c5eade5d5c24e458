#include "ensemble.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <utility>

#include "protocol/jute/codec.h"
#include "protocol/txn/txn.h"

namespace paddock::zab::test {
namespace {

constexpr int kMostEventsAtOnce = 20000;
constexpr uint64_t kLearnerLinkBit = uint64_t{1} << 63;

std::string name(quorum::PacketType type) {
  using quorum::PacketType;
  switch (type) {
    case PacketType::diff:
      return "DIFF";
    case PacketType::trunc:
      return "TRUNC";
    case PacketType::snap:
      return "SNAP";
    case PacketType::new_leader:
      return "NEWLEADER";
    case PacketType::up_to_date:
      return "UPTODATE";
    case PacketType::ack:
      return "ACK";
    case PacketType::proposal:
      return "P";
    case PacketType::commit:
      return "C";
    case PacketType::inform:
      return "I";
    case PacketType::commit_and_activate:
      return "CA";
    case PacketType::inform_and_activate:
      return "IA";
    default:
      return "";
  }
}

}  // namespace

std::string name(Zxid zxid) {
  return std::to_string(zxid.epoch()) + "." + std::to_string(zxid.counter());
}

namespace {

Member member_of(int64_t id, bool observer) {
  const auto port = static_cast<int32_t>(id);
  Member member;
  member.id = ServerId{id};
  member.quorum = {{"127.0.0.1", 20000 + port}};
  member.election = {{"127.0.0.1", 30000 + port}};
  member.client = Address{"0.0.0.0", 40000 + port};
  member.observer = observer;
  return member;
}

}  // namespace

Membership ensemble_of(std::initializer_list<int64_t> voters, std::initializer_list<int64_t> observers) {
  Membership membership;
  for (const int64_t id : voters) membership.members[ServerId{id}] = member_of(id, false);
  for (const int64_t id : observers) membership.members[ServerId{id}] = member_of(id, true);
  return membership;
}

Ensemble::Ensemble(int voters, int observers) {
  options.tick_ms = 100;
  options.init_limit_ticks = 10;
  options.sync_limit_ticks = 5;
  for (int64_t id = 1; id <= voters + observers; ++id) {
    options.membership.members[ServerId{id}] = member_of(id, id > voters);
    servers_[id].id = ServerId{id};
  }
}

// --- Servers

void Ensemble::start(int64_t id) {
  Server& server = servers_.at(id);
  REQUIRE(!server.engine);
  server.options = options;
  server.options.self = ServerId{id};
  if (server.told_of) server.options.membership = *server.told_of;
  server.tree = server.store.recovered_tree();
  // As the replica finds it in /zookeeper/config.
  for (const Entry& entry : server.tree) {
    const auto known = membership_in(entry.txn);
    if (options.reconfig_enabled && known) server.options.membership = *known;
  }
  const store::Recovered recovered = server.store.recover();
  server.applied = recovered.checkpoint;
  server.told.clear();
  server.packets.clear();
  server.engine = std::make_unique<Engine>(server.options, recovered, Random(1));
  ++server.incarnation;
  server.engine->tick(now());
  look(server);
  for (auto& [other, peer] : servers_) {
    if (other != id && peer.engine && cut_.count(pair(id, other)) == 0) mesh_changed(id, other, true);
  }
}

void Ensemble::start_all() {
  for (auto& [id, server] : servers_) {
    if (!server.engine) start(id);
  }
}

void Ensemble::crash(int64_t id, size_t landed) {
  Server& server = servers_.at(id);
  REQUIRE(server.engine);
  server.engine.reset();
  server.serving = server.paused = false;
  server.listens_at = 0;
  server.staged.reset();
  server.store.crash(landed);
  drop_lanes_of(id);
  for (auto& [pipe_id, pipe] : pipes_) {
    if (pipe.learner == id) pipe.learner_open = false;
    if (pipe.leader == id) pipe.leader_open = false;
  }
  for (auto& [other, peer] : servers_) {
    if (other == id) continue;
    reset_links(id, other);
    if (peer.engine) mesh_changed(id, other, false);
  }
}

void Ensemble::drop_lanes_of(int64_t id) {
  std::erase_if(lanes_, [id](const auto& lane) { return lane.first.from == id || lane.first.to == id; });
}

void Ensemble::cut(int64_t a, int64_t b) {
  if (!cut_.insert(pair(a, b)).second) return;
  lanes_.erase(lane_of(Lane::election, a, b));
  lanes_.erase(lane_of(Lane::election, b, a));
  reset_links(a, b);
  mesh_changed(a, b, false);
}

void Ensemble::heal(int64_t a, int64_t b) {
  stalled_.erase(pair(a, b));
  if (cut_.erase(pair(a, b)) > 0 && up(a) && up(b)) mesh_changed(a, b, true);
}

void Ensemble::heal_all() {
  for (auto& [a, one] : servers_) {
    one.paused = false;
    for (auto& [b, two] : servers_) {
      if (a < b) heal(a, b);
    }
  }
}

void Ensemble::mesh_changed(int64_t a, int64_t b, bool up) {
  for (const auto& [at, peer] : {std::pair(a, b), std::pair(b, a)}) {
    lanes_[lane_of(Lane::mesh, at, at)].push_back([this, at = at, peer = peer, up] {
      on(at, [&](Server& server) {
        if (up) {
          server.engine->election_link_up(ServerId{peer}, now());
        } else {
          server.engine->election_link_down(ServerId{peer}, now());
        }
      });
    });
  }
}

void Ensemble::reset_links(int64_t a, int64_t b) {
  std::vector<uint64_t> broken;
  for (const auto& [id, pipe] : pipes_) {
    if (pair(pipe.learner, pipe.leader) == pair(a, b)) broken.push_back(id);
  }
  for (const uint64_t id : broken) break_pipe(id);
}

void Ensemble::propose(int64_t id, int count) {
  for (; count > 0; --count) {
    REQUIRE(engine(id).may_propose());
    const Zxid zxid = engine(id).next_zxid();
    engine(id).propose(zxid, Bytes("t" + std::to_string(++last_txn_)));
  }
  look(server(id));
}

void Ensemble::add(int64_t id, std::initializer_list<int64_t> known) {
  servers_[id].id = ServerId{id};
  servers_[id].told_of = ensemble_of(known);
  servers_[id].told_of->members[ServerId{id}] = member_of(id, false);
}

ErrorCode Ensemble::reconfigure(int64_t id, const Membership& wanted) {
  REQUIRE(engine(id).may_propose());
  const Zxid zxid = engine(id).next_zxid();
  const ReconfigPlan plan = engine(id).plan_reconfig({{}, {}, wanted.to_text(), -1}, zxid);
  if (plan.err != ErrorCode::ok) return plan.err;
  const std::string text = plan.membership.to_text();
  txn::Txn txn;
  txn.header = {1, 1, zxid.value, 0, static_cast<int32_t>(client::OpCode::reconfig)};
  txn.body = txn::SetDataTxn{"/zookeeper/config", text, -1};
  engine(id).propose(zxid, Bytes(txn::encode_txn(txn)));
  look(server(id));
  return ErrorCode::ok;
}

void Ensemble::request_sync(int64_t id) {
  const uint64_t sync = syncs_.size() + 1;
  syncs_[sync] = canonical_.size();
  engine(id).request_sync(sync);
  look(server(id));
}

void Ensemble::checkpoint(int64_t id, bool purge) {
  Server& own = server(id);
  own.store.checkpoint(own.tree, own.applied, purge);
}

// --- Events

void Ensemble::on(int64_t id, const std::function<void(Server&)>& action) {
  Server& own = servers_.at(id);
  if (!own.engine) return;
  action(own);
  look(own);
}

bool Ensemble::passes(const Lane& lane) const {
  if (servers_.at(lane.to).paused) return false;
  if (lane.kind == Lane::reads || lane.kind == Lane::mesh) return true;
  return stalled_.count(pair(lane.from, lane.to)) == 0;
}

std::vector<Ensemble::Event> Ensemble::due() {
  std::vector<Event> events;
  std::erase_if(lanes_, [](const auto& lane) { return lane.second.empty(); });
  for (auto& [lane, queue] : lanes_) {
    if (!passes(lane)) continue;
    events.push_back([&queue = queue] {
      const Event event = std::move(queue.front());
      queue.pop_front();
      event();
    });
  }
  for (auto& [id, own] : servers_) {
    if (!own.engine || own.paused) continue;
    if (own.store.pending() > 0) {
      events.push_back([this, id = id] {
        on(id, [](Server& server) { server.engine->persisted(server.store.sync(server.store.pending())); });
      });
    }
    const auto wake = own.engine->wake_at();
    if (wake && *wake <= now().monotonic) {
      events.push_back([this, id = id] { on(id, [this](Server& server) { server.engine->tick(now()); }); });
    }
  }
  return events;
}

bool Ensemble::step(Random& random) {
  // Some of the disk's work, not all of it.
  for (auto& [id, own] : servers_) {
    if (!own.engine || own.paused || own.store.pending() < 2 || !random.one_in(8)) continue;
    const size_t count = 1 + random.below(own.store.pending());
    on(id, [&](Server& server) { server.engine->persisted(server.store.sync(count)); });
    return true;
  }
  const std::vector<Event> events = due();
  if (events.empty()) return false;
  events[random.below(events.size())]();
  return true;
}

void Ensemble::pass_to_next(int64_t limit_ms) {
  int64_t next = now_ns_ + limit_ms * 1'000'000;
  for (auto& [id, own] : servers_) {
    if (!own.engine || own.paused) continue;
    if (const auto wake = own.engine->wake_at()) next = std::min(next, std::max(wake->ns, now_ns_));
  }
  now_ns_ = next;
}

bool Ensemble::run_until(const std::function<bool()>& reached, int64_t limit_ms) {
  const int64_t end = now_ns_ + limit_ms * 1'000'000;
  int64_t at = now_ns_;
  int events_now = 0;
  while (!reached()) {
    if (std::exchange(at, now_ns_) != now_ns_) events_now = 0;
    const std::vector<Event> events = due();
    if (!events.empty()) {
      // Somebody answers somebody without end.
      if (++events_now > kMostEventsAtOnce) return false;
      events.front()();
    } else if (now_ns_ >= end) {
      return false;
    } else {
      pass_to_next(std::min<int64_t>(limit_ms, 50));
    }
  }
  return true;
}

void Ensemble::run_for(int64_t ms) {
  const int64_t end = now_ns_ + ms * 1'000'000;
  run_until([&] { return now_ns_ >= end; }, ms + 1);
}

// --- What an engine wants done

void Ensemble::look(Server& own) {
  for (Ready ready = own.engine->take_ready(); !ready.empty(); ready = own.engine->take_ready()) {
    own.store.submit(std::move(ready.disk));
    for (const MessageOut& message : ready.messages) send(own, message);
    for (const LinkCommand& each : ready.links) command(own, each);
    const int64_t id = own.id.value;
    auto& reads = lanes_[lane_of(Lane::reads, id, id)];
    for (const store::HistoryRead& wanted : ready.history_reads) {
      reads.push_back([this, id, wanted] {
        on(id, [&](Server& server) { server.engine->history_fetched(server.store.read(wanted), now()); });
      });
    }
    for (const store::SnapshotRead& wanted : ready.snapshot_reads) {
      reads.push_back([this, id, wanted] {
        on(id, [&](Server& server) {
          const auto piece = server.store.read(wanted);
          if (piece) server.engine->snapshot_piece(*piece, now());
        });
      });
    }
    for (const SequenceItem& item : ready.sequence) work_off(own, item);
  }
}

void Ensemble::send(Server& from, const MessageOut& message) {
  if (const auto* out = std::get_if<NotificationOut>(&message)) {
    const int64_t to = out->to.value;
    const int64_t id = from.id.value;
    if (!up(to) || cut_.count(pair(id, to)) > 0) return;
    lanes_[lane_of(Lane::election, id, to)].push_back([this, id, to, said = out->message] {
      on(to, [&](Server& server) { server.engine->election_message(ServerId{id}, said, now()); });
    });
  } else if (const auto* packet = std::get_if<PacketOut>(&message)) {
    send_packet(from, packet->link, packet->packet, false);
  } else {
    const auto& piece = std::get<SnapshotOut>(message);
    send_packet(from, piece.link, piece.piece, true);
  }
}

void Ensemble::send_packet(Server& from, LinkId link, const Bytes& bytes, bool is_piece) {
  const auto packet = jute::decoded<quorum::QuorumPacket>(bytes.view());
  if (!is_piece) {
    REQUIRE(packet.has_value());
    const auto info = jute::decoded<quorum::LearnerInfo>(packet->data.view());
    const bool introduces = packet->type == static_cast<int32_t>(quorum::PacketType::observer_info);
    if (introduces && info && info->server_id < 0) from.nameless.insert(link);
    if (!from.nameless.contains(link)) check_promise(from, *packet);
    const std::string said = name(static_cast<quorum::PacketType>(packet->type));
    if (!said.empty()) from.packets += " " + said + name(Zxid{packet->zxid});
  }
  const auto found = pipe_of(from, link);
  if (!found) return;
  const Pipe& pipe = pipes_.at(*found);
  const bool up = pipe.learner == from.id.value;
  const int64_t to = up ? pipe.leader : pipe.learner;
  const LinkId to_link = up ? pipe.leader_link : pipe.learner_link;
  lanes_[lane_of(Lane::link, from.id.value, to, *found)].push_back([this, to, to_link, bytes, is_piece] {
    on(to, [&](Server& server) {
      if (!pipe_of(server, to_link)) return;
      if (is_piece) {
        const bool last = bytes.view().back() == kImageEnd;
        return server.engine->receive_snapshot(to_link, bytes, last, now());
      }
      server.engine->receive(to_link, *jute::decoded<quorum::QuorumPacket>(bytes.view()), now());
    });
  });
  if (bytes.size() > 0 && !up) {
    lanes_[lane_of(Lane::reads, from.id.value, from.id.value)].push_back([this, id = from.id.value, link] {
      on(id, [&](Server& server) {
        if (pipe_of(server, link)) server.engine->link_drained(link, now());
      });
    });
  }
}

void Ensemble::check_promise(const Server& from, const quorum::QuorumPacket& packet) {
  using quorum::PacketType;
  const Zxid zxid{packet.zxid};
  const store::Epochs& epochs = from.store.epochs();
  INFO("server " << from.id.value << " says " << packet.type << " at " << name(zxid));
  switch (static_cast<PacketType>(packet.type)) {
    case PacketType::follower_info:
    case PacketType::observer_info:
      CHECK(zxid.epoch() == epochs.accepted);
      break;
    case PacketType::leader_info:
      CHECK(zxid.epoch() <= epochs.accepted);
      break;
    case PacketType::ack_epoch:
      CHECK(zxid <= from.store.last_logged());
      break;
    case PacketType::ack:
      if (zxid.counter() == 0) {
        CHECK(zxid.epoch() <= epochs.current);
      } else {
        CHECK(zxid <= from.store.last_logged());
      }
      break;
    default:
      break;
  }
}

// --- Links

std::optional<uint64_t> Ensemble::pipe_of(const Server& own, LinkId link) {
  for (const auto& [id, pipe] : pipes_) {
    const bool as_learner = pipe.learner == own.id.value && pipe.learner_link == link && pipe.learner_open;
    const bool as_leader = pipe.leader == own.id.value && pipe.leader_link == link && pipe.leader_open;
    if (as_learner || as_leader) return id;
  }
  return std::nullopt;
}

namespace {

int32_t listening_port(const Server& server, const ListenForLearners& command) {
  if (!command.on) return 0;
  if (!command.on) return 0;
  return command.port > 0 ? command.port : member_of(server.id.value, false).quorum.front().port;
}

}  // namespace

void Ensemble::command(Server& own, const LinkCommand& wanted) {
  if (const auto* listen = std::get_if<ListenForLearners>(&wanted))
    own.listens_at = listening_port(own, *listen);
  if (const auto* close = std::get_if<CloseLink>(&wanted)) close_end(own, close->link);
  if (const auto* dial = std::get_if<ConnectToLeader>(&wanted)) {
    const int64_t id = own.id.value;
    lanes_[lane_of(Lane::connect, dial->leader.value, id)].push_back(
        [this, id, dial = *dial, incarnation = own.incarnation] { connect(id, dial, incarnation); });
  }
}

void Ensemble::connect(int64_t learner, const ConnectToLeader& wanted, uint64_t incarnation) {
  const int64_t leader = wanted.leader.value;
  Server& own = server(learner);
  if (!own.engine || own.incarnation != incarnation) return;
  const bool heard = up(leader) && server(leader).listens_at == wanted.addresses.front().port;
  if (!heard || cut_.count(pair(learner, leader)) > 0) {
    return on(learner, [&](Server& server) { server.engine->link_down(wanted.link, now()); });
  }
  const uint64_t id = ++last_pipe_;
  const LinkId accepted{kLearnerLinkBit | id};
  pipes_[id] = {learner, leader, wanted.link, accepted, true, true};
  lanes_[lane_of(Lane::link, learner, leader, id)].push_back([this, leader, accepted] {
    on(leader, [&](Server& server) { server.engine->link_up(accepted, now()); });
  });
  on(learner, [&](Server& server) { server.engine->link_up(wanted.link, now()); });
}

void Ensemble::close_end(Server& own, LinkId link) {
  const auto found = pipe_of(own, link);
  if (!found) return;
  Pipe& pipe = pipes_.at(*found);
  const bool learner_closes = pipe.learner == own.id.value;
  (learner_closes ? pipe.learner_open : pipe.leader_open) = false;
  tell_end(*found, !learner_closes);
}

// Behind what is on its way.
void Ensemble::tell_end(uint64_t id, bool learner_end) {
  const Pipe& pipe = pipes_.at(id);
  const int64_t to = learner_end ? pipe.learner : pipe.leader;
  const int64_t from = learner_end ? pipe.leader : pipe.learner;
  lanes_[lane_of(Lane::link, from, to, id)].push_back([this, id, learner_end, to] {
    Pipe& ended = pipes_.at(id);
    bool& open = learner_end ? ended.learner_open : ended.leader_open;
    if (!std::exchange(open, false)) return;
    const LinkId link = learner_end ? ended.learner_link : ended.leader_link;
    on(to, [&](Server& server) { server.engine->link_down(link, now()); });
  });
}

void Ensemble::break_pipe(uint64_t id) {
  const Pipe& pipe = pipes_.at(id);
  if (!pipe.learner_open && !pipe.leader_open) return;
  lanes_[lane_of(Lane::link, pipe.learner, pipe.leader, id)].clear();
  lanes_[lane_of(Lane::link, pipe.leader, pipe.learner, id)].clear();
  tell_end(id, true);
  tell_end(id, false);
}

// --- The replica

void Ensemble::work_off(Server& own, const SequenceItem& item) {
  if (const auto* committed = std::get_if<Committed>(&item)) commit(own, *committed);
  if (const auto* serving = std::get_if<Serving>(&item)) {
    own.serving = true;
    own.told += " serving" + name(serving->epoch_start);
    own.applied = std::max(own.applied, serving->epoch_start);
    const int64_t leader = serving->role == Role::leading ? own.id.value : own.engine->leader().value;
    // A master may know better who leads.
    const auto master = own.engine->observer_master();
    if (master && *master != own.engine->leader()) return;
    const auto [known, first] = leader_of_.try_emplace(serving->epoch_start.epoch(), leader);
    INFO("epoch " << known->first << " is led by " << known->second << " and by " << leader);
    REQUIRE(known->second == leader);
  }
  if (std::holds_alternative<StoppedServing>(item)) {
    own.serving = false;
    own.told += " stopped";
  }
  if (std::holds_alternative<StateBegin>(item)) own.staged.emplace();
  if (const auto* piece = std::get_if<StatePiece>(&item)) {
    REQUIRE(own.staged.has_value());
    *own.staged += piece->bytes.view();
  }
  if (const auto* replaced = std::get_if<StateReplaced>(&item)) replace_tree(own, replaced->zxid);
  if (std::holds_alternative<StateAbandoned>(item)) {
    REQUIRE(own.staged.has_value());
    own.staged.reset();
  }
  if (const auto* sync = std::get_if<SyncPoint>(&item)) {
    own.synced.push_back(sync->id);
    INFO("server " << own.id.value << " confirms sync " << sync->id << "; told" << own.told);
    REQUIRE(own.tree.size() >= syncs_.at(sync->id));
  }
  if (const auto* from = std::get_if<FromLearner>(&item)) {
    CHECK(own.serving);
    own.from_learners.push_back(*from);
  }
  if (const auto* from = std::get_if<FromLeader>(&item)) own.from_leader.emplace_back(from->data.view());
  if (const auto* ping = std::get_if<LeaderPing>(&item)) {
    own.engine->send_to_leader(quorum::PacketType::ping, ping->zxid, Bytes(""), {});
  }
}

void Ensemble::commit(Server& own, const Committed& item) {
  INFO("server " << own.id.value << " commits " << name(item.zxid) << " behind " << name(own.applied)
                 << "; told" << own.told);
  REQUIRE(item.zxid > own.applied);
  const Entry entry{item.zxid, std::string(item.txn.view())};
  adopt(own, own.tree.size(), entry);
  own.tree.push_back(entry);
  own.applied = item.zxid;
  own.told += " c" + name(item.zxid);
}

void Ensemble::adopt(Server& own, size_t at, const Entry& entry) {
  if (at == canonical_.size()) canonical_.push_back(entry);
  INFO("server " << own.id.value << ", transaction " << at << ": " << name(entry.zxid) << " " << entry.txn
                 << " where " << name(canonical_[at].zxid) << " " << canonical_[at].txn << " was committed");
  REQUIRE(canonical_[at] == entry);
}

void Ensemble::replace_tree(Server& own, Zxid zxid) {
  REQUIRE(own.staged.has_value());
  const auto tree = tree_of(*own.staged);
  REQUIRE(tree.has_value());
  for (size_t at = 0; at < tree->size(); ++at) adopt(own, at, (*tree)[at]);
  own.tree = *tree;
  own.applied = zxid;
  own.staged.reset();
  own.told += " replaced" + name(zxid);
}

// --- What is so

int64_t Ensemble::leader() {
  int64_t found = 0;
  uint32_t highest = 0;
  for (auto& [id, own] : servers_) {
    if (!own.engine || !own.serving || own.engine->role() != Role::leading) continue;
    if (own.engine->epochs().current < highest) continue;
    highest = own.engine->epochs().current;
    found = id;
  }
  return found;
}

bool Ensemble::converged(const std::vector<int64_t>& ids) {
  return std::all_of(ids.begin(), ids.end(), [this](int64_t id) {
    return up(id) && server(id).serving && server(id).tree.size() == canonical_.size() &&
           engine(id).outstanding() == 0;
  });
}

bool Ensemble::all_converged() {
  std::vector<int64_t> ids;
  for (auto& [id, own] : servers_) {
    if (own.engine) ids.push_back(id);
  }
  return converged(ids);
}

}  // namespace paddock::zab::test
