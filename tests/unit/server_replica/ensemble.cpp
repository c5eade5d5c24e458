#include "ensemble.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <utility>

namespace paddock::replica::testing {
namespace {

constexpr int64_t kStepMs = 50;
constexpr size_t kImagePiece = 200;  // bytes: many pieces even of a small state

zab::Membership membership_of(int voters, int observers) {
  zab::Membership membership;
  for (int64_t id = 1; id <= voters + observers; ++id) {
    zab::Member& member = membership.members[ServerId{id}];
    member.id = ServerId{id};
    member.quorum = {{"host" + std::to_string(id), 2888}};
    member.election = {{"host" + std::to_string(id), 3888}};
    member.observer = id > voters;
  }
  return membership;
}

}  // namespace

// --- Member

Replica& Member::replica() {
  REQUIRE(replica_);
  return *replica_;
}

Now Member::now() const {
  return ensemble_.now();
}

void Member::step() {
  if (!replica_ || paused_) return;
  for (bool wrote = true; wrote;) {
    Ready ready = replica_->take_ready(now());
    for (znode::Delta& delta : ready.deltas) {
      CHECK_FALSE((disk_.staged && delta.applied > disk_.staged_zxid));
      disk_.deltas.push_back(std::move(delta));
    }
    ensemble_.take(*this, ready.peers);
    hear(ready.clients);
    wrote = !ready.peers.disk.empty();
    if (wrote) replica_->persisted(seq_of(ready.peers.disk.back()), now());
  }
}

Client Member::client(int32_t timeout_ms) {
  Client client = come(new_session(timeout_ms));
  REQUIRE(client.heard() == Heard{"session"});
  return client;
}

Client Member::come(const client::ConnectRequest& request) {
  Client client = connection();
  REQUIRE(client.ask_session(request));
  ensemble_.run();
  return client;
}

znode::StateChecksum Member::checksum() {
  znode::StateChecksum checksum = replica().state().checksum();
  checksum.system_digest = 0;
  return checksum;
}

// --- Ensemble: servers and time

namespace {

ReplicaOptions options_with(size_t history_count, bool read_only_mode) {
  ReplicaOptions options;
  options.engine.history_count = history_count;
  options.read_only_mode = read_only_mode;
  return options;
}

}  // namespace

Ensemble::Ensemble(int voters, int observers, size_t history_count, bool read_only_mode)
    : Ensemble(options_with(history_count, read_only_mode), voters, observers) {}

Ensemble::Ensemble(const ReplicaOptions& options, int voters, int observers) : options_(options) {
  options_.tick_ms = 1000;
  options_.standalone = false;
  options_.engine.tick_ms = 1000;
  options_.engine.init_limit_ticks = 10;
  options_.engine.sync_limit_ticks = 3;
  options_.engine.membership = membership_of(voters, observers);
  for (const auto& [id, member] : options_.engine.membership.members) {
    members_[id] = std::make_unique<Member>(*this, id);
  }
  for (const auto& [id, member] : members_) start(*member);
  serve();
}

Ensemble::~Ensemble() = default;

Member& Ensemble::leader() {
  for (const auto& [id, member] : members_) {
    if (moves(id) && member->mode() == "leader" && member->replica().serving()) return *member;
  }
  FAIL("nobody leads");
  return *members_.begin()->second;
}

Member& Ensemble::follower() {
  for (const auto& [id, member] : members_) {
    if (moves(id) && member->mode() == "follower") return *member;
  }
  FAIL("nobody follows");
  return *members_.begin()->second;
}

Member& Ensemble::other_follower() {
  const Member& first = follower();
  for (const auto& [id, member] : members_) {
    if (moves(id) && member->mode() == "follower" && id != first.id()) return *member;
  }
  FAIL("only one follows");
  return *members_.begin()->second;
}

void Ensemble::start(Member& member) {
  REQUIRE_FALSE(member.is_up());
  const Disk& disk = member.disk_;
  const store::Recovered recovered = disk.recover();
  member.disk_.staged.reset();
  member.disk_.deltas.clear();  // the whole log is replayed
  ReplicaOptions options = options_;
  options.engine.self = member.id();
  member.replica_ = std::make_unique<Replica>(options, disk.base_state(), recovered, Random(++seed_), now_);
  mesh(member, true);
  member.step();
}

void Ensemble::stop(Member& member) {
  mesh(member, false);
  member.replica_.reset();
  member.forget_clients();
  member.listening_ = false;
  member.images_.clear();
  break_links(member);
}

void Ensemble::resume(Member& member) {
  member.paused_ = false;
  member.replica().tick(now_);
  run();
}

void Ensemble::mesh(Member& member, bool up) {
  for (const auto& [id, other] : members_) {
    if (id == member.id()) continue;
    if (up && other->is_up()) {
      other->replica().engine().election_link_up(member.id(), now_);
      member.replica().engine().election_link_up(id, now_);
    } else {
      if (other->is_up()) other->replica().engine().election_link_down(member.id(), now_);
      if (up) member.replica().engine().election_link_down(id, now_);
    }
  }
}

void Ensemble::run() {
  do {
    for (const auto& [id, member] : members_) member->step();
  } while (deliver_one());
}

void Ensemble::pass(int64_t ms) {
  for (; ms > 0; ms -= kStepMs) {
    now_.monotonic = now_.monotonic.plus_ms(kStepMs);
    now_.wall.ms += kStepMs;
    for (const auto& [id, member] : members_) {
      if (moves(id)) member->replica().tick(now_);
    }
    run();
  }
}

void Ensemble::serve() {
  const auto all_serve = [&] {
    return std::all_of(members_.begin(), members_.end(), [&](const auto& entry) {
      return !moves(entry.first) || entry.second->replica().serving();
    });
  };
  for (int64_t waited = 0; waited < 60'000; waited += kStepMs) {
    pass(kStepMs);
    if (all_serve()) return;
  }
  FAIL("no ensemble after a minute");
}

// --- Ensemble: what a server wants done

void Ensemble::take(Member& member, zab::Ready& ready) {
  CHECK(ready.sequence.empty());
  for (const store::LogWork& work : ready.disk) member.disk_.work(work);
  for (const zab::MessageOut& message : ready.messages) send(member, message);
  for (const zab::LinkCommand& command : ready.links) obey(member, command);
  for (const store::HistoryRead& wanted : ready.history_reads) read(member, wanted);
  for (const store::SnapshotRead& wanted : ready.snapshot_reads) read(member, wanted);
}

void Ensemble::send(Member& from, const zab::MessageOut& message) {
  if (const auto* note = std::get_if<zab::NotificationOut>(&message)) {
    return notes_.push_back({from.id(), note->to, note->message});
  }
  const auto* packet = std::get_if<zab::PacketOut>(&message);
  const LinkId end = packet ? packet->link : std::get<zab::SnapshotOut>(message).link;
  Link* link = link_of(from, end);
  if (!link || link->closing) return;
  auto& queue = link->learner == from.id() ? link->up : link->down;
  queue.push_back({packet ? packet->packet : std::get<zab::SnapshotOut>(message).piece, !packet});
}

void Ensemble::obey(Member& member, const zab::LinkCommand& command) {
  if (const auto* wanted = std::get_if<zab::ConnectToLeader>(&command)) return connect(member, *wanted);
  if (const auto* listen = std::get_if<zab::ListenForLearners>(&command)) member.listening_ = listen->on;
  const auto* close = std::get_if<zab::CloseLink>(&command);
  Link* link = close ? link_of(member, close->link) : nullptr;
  if (!link) return;
  const bool by_learner = link->learner == member.id();
  (by_learner ? link->down : link->up).clear();
  (by_learner ? link->learner_end : link->leader_end) = LinkId{};
  link->closing = true;
}

void Ensemble::connect(Member& learner, const zab::ConnectToLeader& wanted) {
  const ServerId leader = wanted.leader;
  const LinkId learner_end = wanted.link;
  reads_.push_back([this, &learner, leader, learner_end] {
    if (!learner.is_up()) return;
    Member& other = *members_.at(leader);
    if (!other.is_up() || !other.listening_) {
      return learner.replica().engine().link_down(learner_end, now_);
    }
    auto link = std::make_unique<Link>();
    link->learner = learner.id();
    link->leader = leader;
    link->learner_end = learner_end;
    link->leader_end = LinkId{uint64_t{1} << 63 | ++last_link_};
    other.replica().engine().link_up(link->leader_end, now_);
    learner.replica().engine().link_up(learner_end, now_);
    links_.push_back(std::move(link));
  });
}

void Ensemble::read(Member& member, const store::HistoryRead& wanted) {
  store::HistoryFetched fetched;
  fetched.id = wanted.id;
  const std::vector<store::Append>& log = member.disk_.log;
  const auto after = std::find_if(log.begin(), log.end(),
                                  [&](const store::Append& record) { return record.zxid == wanted.after; });
  fetched.contiguous = after != log.end() || wanted.after == member.disk_.base_zxid;
  fetched.complete = fetched.contiguous;
  for (const store::Append& record : log) {
    if (fetched.contiguous && record.zxid > wanted.after && record.zxid <= wanted.last) {
      fetched.records.push_back(record);
    }
  }
  reads_.push_back([this, &member, fetched] {
    if (member.is_up()) member.replica().engine().history_fetched(fetched, now_);
  });
}

void Ensemble::read(Member& member, const store::SnapshotRead& wanted) {
  if (wanted.close) {
    member.images_.erase(wanted.id);
    return;
  }
  const znode::State& state = member.replica().state();
  const auto [image, is_new] = member.images_.try_emplace(wanted.id);
  if (is_new) image->second = {state.last_applied(), image_of(state)};
  store::SnapshotPiece piece;
  piece.id = wanted.id;
  piece.zxid = image->second.zxid;
  piece.bytes = Bytes(image->second.left.substr(0, kImagePiece));
  image->second.left.erase(0, kImagePiece);
  piece.last = image->second.left.empty();
  reads_.push_back([this, &member, piece] {
    if (member.is_up()) member.replica().engine().snapshot_piece(piece, now_);
  });
}

// --- Ensemble: links

Ensemble::Link* Ensemble::link_of(const Member& member, LinkId end) {
  for (const auto& link : links_) {
    if (link->learner == member.id() && link->learner_end == end) return link.get();
    if (link->leader == member.id() && link->leader_end == end) return link.get();
  }
  return nullptr;
}

void Ensemble::break_links(const Member& member) {
  for (size_t i = links_.size(); i-- > 0;) {
    Link& link = *links_[i];
    if (link.learner != member.id() && link.leader != member.id()) continue;
    (link.learner == member.id() ? link.learner_end : link.leader_end) = LinkId{};
    drop(i);
  }
}

// Whoever still has an end is told.
void Ensemble::drop(size_t index) {
  const std::unique_ptr<Link> link = std::move(links_[index]);
  links_.erase(links_.begin() + static_cast<std::ptrdiff_t>(index));
  if (link->learner_end != LinkId{}) {
    members_.at(link->learner)->replica().engine().link_down(link->learner_end, now_);
  }
  if (link->leader_end != LinkId{}) {
    members_.at(link->leader)->replica().engine().link_down(link->leader_end, now_);
  }
}

// One item of each queue. False: nothing is under way to anybody who moves.
bool Ensemble::deliver_one() {
  bool delivered = false;
  for (size_t left = notes_.size(); left > 0; --left) {
    const Note note = std::move(notes_.front());
    notes_.pop_front();
    Member& to = *members_.at(note.to);
    if (!to.is_up()) continue;
    if (to.paused_) {
      notes_.push_back(note);
      continue;
    }
    to.replica().engine().election_message(note.from, note.message, now_);
    delivered = true;
  }
  for (size_t left = reads_.size(); left > 0; --left) {
    const auto answer = std::move(reads_.front());
    reads_.pop_front();
    answer();
    delivered = true;
  }
  for (size_t i = links_.size(); i-- > 0;) {
    Link& link = *links_[i];
    delivered |= deliver_one(link);
    const bool heard = (link.learner_end == LinkId{} || (link.down.empty() && moves(link.learner))) &&
                       (link.leader_end == LinkId{} || (link.up.empty() && moves(link.leader)));
    if (!link.closing || !heard) continue;
    drop(i);
    delivered = true;
  }
  return delivered;
}

bool Ensemble::deliver_one(Link& link) {
  bool delivered = false;
  if (!link.up.empty() && moves(link.leader)) {
    const Packet packet = std::move(link.up.front());
    link.up.pop_front();
    zab::Engine& leader = members_.at(link.leader)->replica().engine();
    const auto decoded = jute::decoded<quorum::QuorumPacket>(packet.bytes.view());
    REQUIRE(decoded.has_value());
    leader.receive(link.leader_end, *decoded, now_);
    if (link.up.empty() && link.learner_end != LinkId{}) {
      members_.at(link.learner)->replica().engine().link_drained(link.learner_end, now_);
    }
    delivered = true;
  }
  if (!link.down.empty() && moves(link.learner)) {
    const Packet packet = std::move(link.down.front());
    link.down.pop_front();
    arrive_down(link, packet);
    if (link.down.empty() && link.leader_end != LinkId{}) {
      members_.at(link.leader)->replica().engine().link_drained(link.leader_end, now_);
    }
    delivered = true;
  }
  return delivered;
}

void Ensemble::arrive_down(Link& link, const Packet& packet) {
  zab::Engine& learner = members_.at(link.learner)->replica().engine();
  if (packet.of_snapshot) {
    REQUIRE(link.snapshot.has_value());
    const Result<size_t> passed = link.snapshot->pass(packet.bytes.view());
    REQUIRE(passed.ok());
    REQUIRE(*passed == packet.bytes.size());
    learner.receive_snapshot(link.learner_end, packet.bytes, link.snapshot->ended(), now_);
    return;
  }
  const auto decoded = jute::decoded<quorum::QuorumPacket>(packet.bytes.view());
  REQUIRE(decoded.has_value());
  if (decoded->type == static_cast<int32_t>(quorum::PacketType::snap)) link.snapshot.emplace(1 << 20);
  learner.receive(link.learner_end, *decoded, now_);
}

}  // namespace paddock::replica::testing
