#include "cluster.h"

#include <algorithm>
#include <utility>

#include "protocol/base/check.h"
#include "protocol/jute/codec.h"

namespace paddock::scenarios {
namespace {

quorum::QuorumPacket decode(const Bytes& bytes) {
  auto packet = jute::decoded<quorum::QuorumPacket>(bytes.view());
  PADDOCK_CHECK(packet.has_value(), "a packet of {} bytes cannot be read", bytes.size());
  return *packet;
}

// What comes by it is no promise of the server.
bool is_nameless(const quorum::QuorumPacket& packet) {
  if (packet.type != static_cast<int32_t>(quorum::PacketType::observer_info)) return false;
  const auto info = jute::decoded<quorum::LearnerInfo>(packet.data.view());
  return info.has_value() && info->server_id < 0;
}

}  // namespace

void Cluster::create(const zab::Membership& membership, const zab::EngineOptions& options) {
  safety_.begin(membership);
  for (const auto& [id, member] : membership.members) {
    Machine& machine = machines_[id.value];
    machine.id = id.value;
    machine.options = options;
    machine.options.self = id;
    machine.options.membership = membership;
  }
}

void Cluster::create_spare(int64_t id, const zab::EngineOptions& options) {
  Machine& machine = machines_[id];
  machine.id = id;
  machine.options = options;
  machine.options.self = ServerId{id};
}

namespace {

std::optional<zab::Membership> config_in(const Records& state) {
  std::optional<zab::Membership> last;
  for (const Record& record : state) {
    if (auto config = zab::membership_in(record.word)) last = std::move(config);
  }
  return last;
}

}  // namespace

// --- What befalls a server

void Cluster::boot(int64_t id) {
  Machine& machine = machines_.at(id);
  PADDOCK_CHECK(!machine.is_there(), "{} runs already", id);
  machine.applied = machine.disk.state;
  safety_.replaced(id, machine.applied);
  // As the replica finds it in its state.
  const auto config = config_in(machine.applied);
  if (config && machine.options.reconfig_enabled) machine.options.membership = *config;
  machine.engine = std::make_unique<zab::Engine>(machine.options, machine.disk.recover(),
                                                 Random(static_cast<uint64_t>(id)));
  absorb(id);
  for (auto& [other_id, other] : machines_) {
    if (other_id == id || !other.is_there()) continue;
    machine.engine->election_link_up(ServerId{other_id}, now_);
    if (!other.engine) continue;
    other.engine->election_link_up(ServerId{id}, now_);
    absorb(other_id);
  }
  machine.engine->tick(now_);
  absorb(id);
}

void Cluster::become_puppet(int64_t id) {
  Machine& machine = machines_.at(id);
  machine.puppet = true;
  machine.listens = true;
}

void Cluster::crash(int64_t id, size_t keep) {
  Machine& machine = machines_.at(id);
  machine.disk.crash(keep);
  machine.engine.reset();
  machine.puppet = false;
  machine.paused = false;
  machine.listens = false;
  machine.second_state.reset();
  machine.images.clear();
  machine.nameless.clear();
  machine.history_reads.clear();
  machine.snapshot_reads.clear();
  machine.role = zab::Role::looking;
  machine.leader = -1;
  network_.reset(id);
  for (auto& [other_id, other] : machines_) {
    if (!other.engine || network_.is_cut({id, other_id})) continue;
    other.engine->election_link_down(ServerId{id}, now_);
    absorb(other_id);
  }
}

void Cluster::resume(int64_t id) {
  machines_.at(id).paused = false;
  machines_.at(id).engine->tick(now_);
  absorb(id);
}

void Cluster::complete_disk_work(int64_t id) {
  Machine& machine = machines_.at(id);
  const store::LogWork done = machine.disk.complete();
  story_->say(Topic::disk, fmt::format("{} has on disk {}", id, describe(done)));
  machine.engine->persisted(store::seq_of(done));
  absorb(id);
}

// --- What an engine wants done

void Cluster::absorb(int64_t id) {
  Machine& machine = machines_.at(id);
  for (zab::Ready ready = machine.engine->take_ready(); !ready.empty();
       ready = machine.engine->take_ready()) {
    carry_out(machine, ready);
  }
  tell_role(machine);
}

void Cluster::carry_out(Machine& machine, const zab::Ready& ready) {
  machine.disk.submit(ready.disk, ready.committed);
  for (const zab::MessageOut& message : ready.messages) {
    std::visit([&](const auto& out) { send(machine, out); }, message);
  }
  for (const zab::LinkCommand& link : ready.links) {
    std::visit([&](const auto& kind) { command(machine, kind); }, link);
  }
  for (const store::HistoryRead& read : ready.history_reads) machine.history_reads.push_back(read);
  for (const store::SnapshotRead& read : ready.snapshot_reads) machine.snapshot_reads.push_back(read);
  for (const zab::SequenceItem& item : ready.sequence) {
    std::visit([&](const auto& kind) { happen(machine, kind); }, item);
  }
}

void Cluster::send(Machine& machine, const zab::PacketOut& out) {
  Link* link = network_.find(machine.id, out.link);
  if (link == nullptr) return;
  const int64_t to = link->leader == machine.id ? link->learner : link->leader;
  const quorum::QuorumPacket packet = decode(out.packet);
  if (is_nameless(packet)) machine.nameless.insert(out.link);
  if (to == link->leader && machine.nameless.count(out.link) == 0) {
    safety_.promised(machine.id, packet, machine.disk, machine.offered_epoch[out.link]);
  }
  if (link->open_at(to)) link->queue({machine.id, to}).push_back(Packet{out.packet});
}

void Cluster::send(Machine& machine, const zab::SnapshotOut& out) {
  Link* link = network_.find(machine.id, out.link);
  if (link != nullptr && link->learner_open) link->to_learner.push_back(Piece{out.piece});
}

void Cluster::send(Machine& machine, const zab::NotificationOut& out) {
  const auto to = machines_.find(out.to.value);
  if (to == machines_.end() || !to->second.is_there()) return;
  network_.notify({machine.id, out.to.value}, out.message);
}

void Cluster::command(Machine& machine, const zab::ConnectToLeader& command) {
  network_.attempt({machine.id, command.leader.value, command.link});
}
void Cluster::command(Machine& machine, const zab::CloseLink& command) {
  if (!command.reason.empty()) {
    story_->tell(fmt::format("{} closes its link: {}", machine.id, command.reason));
  }
  network_.close(machine.id, command.link);
}
void Cluster::command(Machine& machine, const zab::ListenForLearners& command) {
  machine.listens = command.on;
}

// --- What a replica would see

std::set<ServerId> Cluster::holders(const Record& record) const {
  std::set<ServerId> servers;
  for (const auto& [id, machine] : machines_) {
    if (machine.puppet || machine.disk.holds(record.zxid)) servers.insert(ServerId{id});
  }
  return servers;
}

void Cluster::happen(Machine& machine, const zab::Committed& item) {
  const Record record{item.zxid, std::string(item.txn.view())};
  std::set<ServerId> servers = holders(record);
  // Its word makes one of two a quorum.
  if (machine.oracle.value_or(false) && machine.options.membership.members.size() == 2) {
    for (const auto& [id, member] : machine.options.membership.members) servers.insert(id);
  }
  safety_.committed(machine.id, machine.applied.size(), record, servers);
  machine.applied.push_back(record);
  story_->committed(machine.id, record);
}

void Cluster::happen(Machine& machine, const zab::Serving& item) {
  if (item.role == zab::Role::leading) safety_.leads(machine.id, item.epoch_start.epoch());
  story_->say(Topic::roles, fmt::format("{} serves epoch {}", machine.id, item.epoch_start.epoch()));
}
void Cluster::happen(Machine& machine, const zab::StoppedServing&) {
  story_->say(Topic::roles, fmt::format("{} stops serving", machine.id));
}

void Cluster::happen(Machine& machine, const zab::StateBegin& item) {
  machine.second_state.emplace();
  story_->say(Topic::sync, fmt::format("{} builds a second state, of {}", machine.id, to_text(item.zxid)));
}
void Cluster::happen(Machine& machine, const zab::StatePiece& item) {
  PADDOCK_CHECK(machine.second_state.has_value(), "{} got a piece of no state", machine.id);
  *machine.second_state += item.bytes.view();
  if (!item.last || state_of(*machine.second_state)) return;
  story_->say(Topic::sync, fmt::format("{} finds that this is no state", machine.id));
  machine.engine->state_refused(now_);
}
void Cluster::happen(Machine& machine, const zab::StateReplaced& item) {
  const std::optional<Records> received = state_of(machine.second_state.value_or(""));
  PADDOCK_CHECK(received.has_value(), "{} was told to use a state that is none", machine.id);
  machine.second_state.reset();
  machine.applied = *received;
  safety_.replaced(machine.id, machine.applied);
  if (const auto config = config_in(machine.applied)) machine.engine->adopt_config(config->to_text());
  story_->say(Topic::sync, fmt::format("{} goes on from the state of {}", machine.id, to_text(item.zxid)));
}
void Cluster::happen(Machine& machine, const zab::MembershipChanged& item) {
  story_->say(Topic::configs, fmt::format("{} {} {}", machine.id, item.committed ? "is in" : "knows of",
                                          describe(item.membership)));
}

void Cluster::happen(Machine& machine, const zab::StateAbandoned&) {
  machine.second_state.reset();
  story_->say(Topic::sync, fmt::format("{} drops its second state", machine.id));
}

void Cluster::happen(Machine& machine, const zab::FromLearner& item) {
  if (item.type == quorum::PacketType::ping) return;
  story_->tell(fmt::format("{} is asked by {}: {}", machine.id, item.learner.value, item.data.view()));
}
void Cluster::happen(Machine& machine, const zab::FromLeader& item) {
  story_->tell(fmt::format("{} is told by its leader: {}", machine.id, item.data.view()));
}
void Cluster::happen(Machine& machine, const zab::LeaderPing& item) {
  machine.engine->send_to_leader(quorum::PacketType::ping, item.zxid, Bytes(std::string()), {});
}
void Cluster::happen(Machine& machine, const zab::SyncPoint& item) {
  story_->tell(fmt::format("{} confirms sync {}", machine.id, item.id));
}

void Cluster::tell_role(Machine& machine) {
  const zab::Role role = machine.engine->role();
  const int64_t leader = machine.engine->leader().value;
  if (role == machine.role && leader == machine.leader) return;
  machine.role = role;
  machine.leader = leader;
  switch (role) {
    case zab::Role::looking:
      return story_->say(Topic::roles, fmt::format("{} looks for a leader", machine.id));
    case zab::Role::leading:
      return story_->say(Topic::roles, fmt::format("{} leads", machine.id));
    case zab::Role::following:
      return story_->say(Topic::roles, fmt::format("{} follows {}", machine.id, leader));
    case zab::Role::observing:
      return story_->say(Topic::roles, fmt::format("{} observes {}", machine.id, leader));
  }
}

}  // namespace paddock::scenarios
