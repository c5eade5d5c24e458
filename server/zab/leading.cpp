#include "server/zab/leading.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "protocol/base/check.h"
#include "protocol/jute/codec.h"
#include "server/zab/packets.h"

namespace paddock::zab {
namespace {

using quorum::QuorumPacket;
using Stage = LearnerLink::Stage;

// What a position says of the history below it: whoever entered epoch e holds at least e's initial history.
Zxid claimed(uint32_t current_epoch, Zxid position) {
  return std::max(position, Zxid::of(current_epoch, 0));
}

}  // namespace

Leading::Leading(Core& core)
    : core_(core),
      discovery_(core.membership, core.options.self),
      links_(core),
      watch_(core, core.now),
      inherited_epoch_(core.disk.epochs().current),
      inherited_position_(core.disk.log().durable()),
      held_start_of_(core.holds_start_of) {
  if (!core_.alone()) core_.ready.links.emplace_back(ListenForLearners{true});
  open_epoch();
}

// --- Discovery

void Leading::open_epoch() {
  phase_ = Phase::discovery;
  phase_began_ = core_.now;
  broadcast_.reset();
  discovery_ = Discovery(core_.membership, core_.options.self);
  // A log from before the epoch file was written may be ahead of it; its epoch was promised to somebody.
  const store::Epochs& epochs = core_.disk.epochs();
  const uint32_t logged = core_.disk.log().durable().epoch();
  discovery_.join(core_.options.self, std::max({epochs.accepted, epochs.current, logged}));
  if (discovery_.epoch()) fix_epoch();
}

void Leading::fix_epoch() {
  epoch_ = *discovery_.epoch();
  if (epoch_ > kLastEpoch) return give_up();  // as soon as somebody claims to have promised the last one
  phase_began_ = core_.now;
  core_.outbox.hold(core_.disk.accept_epoch(epoch_), EpochPromise{epoch_});
}

void Leading::deliver(const EpochPromise& promise) {
  discovery_.promise(core_.options.self);
  PADDOCK_CHECK(promise.epoch == epoch_, "epoch {} promised to a leader of {}", promise.epoch, epoch_);
  links_.for_each([this](LearnerLink& link) {
    if (link.stage == Stage::joined) invite(link);
  });
  if (discovery_.promised()) begin_synchronization();
}

bool Leading::join(LearnerLink& link, const QuorumPacket& packet, bool observer) {
  if (link.stage != Stage::arrived) return false;
  const auto info = jute::decoded<quorum::LearnerInfo>(packet.data.view());
  if (!info && !packet.data.is_null()) return false;
  const uint32_t accepted = Zxid{packet.zxid}.epoch();
  if (accepted >= kLastEpoch) return false;
  if (info && info->config_version.value_or(0) > core_.membership.version) return false;
  const ServerId server{info ? info->server_id : --strangers_};
  if (server == core_.options.self) return false;
  const bool counts = !observer && core_.membership.is_voter(server);
  // It can follow nobody below what it promised, and that can only rise: with this epoch it is lost for good.
  if (counts && epoch_ != 0 && accepted > epoch_) over_ = true;
  if (LearnerLink* older = links_.of_server(server)) links_.close(*older);
  if (over_) return false;
  link.server = server;
  link.observer = observer;
  link.counts = counts;
  link.stage = Stage::joined;
  const bool fixed = discovery_.epoch().has_value();
  discovery_.join(counts ? server : core_.options.self, accepted);
  if (!fixed && discovery_.epoch()) fix_epoch();
  if (epoch_ != 0 && core_.disk.epochs().accepted == epoch_) invite(link);
  return true;
}

void Leading::invite(LearnerLink& link) {
  link.stage = Stage::promising;
  links_.send(link, encode_leader_info(epoch_));
}

bool Leading::is_ahead(uint32_t current_epoch, Zxid position) const {
  if (current_epoch != inherited_epoch_) return current_epoch > inherited_epoch_;
  return claimed(current_epoch, position) > claimed(inherited_epoch_, inherited_position_);
}

bool Leading::take_ack_epoch(LearnerLink& link, const QuorumPacket& packet) {
  const auto current_epoch = decode_int(packet.data);
  if (link.stage != Stage::promising || !current_epoch) return false;
  link.position = Zxid{packet.zxid};
  link.stage = Stage::promised;
  if (phase_ != Phase::discovery) return synchronize(link), true;
  // -1: it promised this epoch before, maybe to another.
  if (*current_epoch < 0) return true;
  if (is_ahead(static_cast<uint32_t>(*current_epoch), link.position)) return refuse_ahead(link), false;
  if (link.counts && packet.zxid != -1) discovery_.promise(link.server);
  if (discovery_.promised()) begin_synchronization();
  return true;
}

// Its history has what this one lacks, so it cannot count here. If there is no quorum without it, it should
// lead instead, and the next election knows.
void Leading::refuse_ahead(LearnerLink& link) {
  std::set<ServerId> others{core_.options.self};
  links_.for_each([&](const LearnerLink& other) {
    if (other.counts && other.id != link.id) others.insert(other.server);
  });
  if (!core_.membership.is_quorum(others)) over_ = true;
}

// --- Synchronisation

void Leading::begin_synchronization() {
  phase_ = Phase::synchronization;
  phase_began_ = core_.now;
  core_.outbox.hold(core_.disk.enter_epoch(epoch_), HistoryPromise{epoch_});
  std::vector<uint32_t> started{epoch_};
  if (held_start_of_) started.push_back(*held_start_of_);
  sync_.emplace(core_, links_, epoch_, std::move(started));
  std::vector<LearnerLink*> waiting;
  links_.for_each([&](LearnerLink& link) {
    if (link.stage == Stage::promised) waiting.push_back(&link);
  });
  for (LearnerLink* link : waiting) synchronize(*link);
}

void Leading::took_history(LearnerLink& link) {
  link.stage = Stage::held;
  if (broadcast_) return activate(link);
  if (link.counts) discovery_.hold_history(link.server);
  if (discovery_.history_held()) use_epoch();
}

void Leading::deliver(const HistoryPromise& promise) {
  core_.holds_start_of = promise.epoch;
  discovery_.hold_history(core_.options.self);
  if (discovery_.history_held()) use_epoch();
}

void Leading::use_epoch() {
  if (broadcast_) return;
  phase_ = Phase::broadcast;
  core_.ledger.commit_to(core_.disk.log().appended(), core_.ready.sequence);
  const Zxid epoch_start = Zxid::of(epoch_, 0);
  broadcast_.emplace(core_, links_, epoch_start);
  core_.ledger.settle(epoch_start);
  core_.tell(Serving{Role::leading, epoch_start});
  links_.for_each([this](LearnerLink& link) {
    if (link.stage == Stage::held) activate(link);
  });
}

void Leading::activate(LearnerLink& link) {
  link.stage = Stage::active;
  links_.send(link, encode_packet(PacketType::up_to_date, Zxid{-1}));
  links_.flush(link);
  broadcast_->activated(link);
}

// --- What learners say

void Leading::link_up(LinkId link) {
  links_.add(link);
}

void Leading::link_down(LinkId id) {
  LearnerLink* link = links_.find(id);
  if (!link) return;
  links_.lost(*link);
  look_for_quorum();
}

void Leading::close(LearnerLink& link) {
  links_.close(link);
  look_for_quorum();
}

void Leading::receive(LinkId id, const QuorumPacket& packet) {
  LearnerLink* link = links_.find(id);
  if (!link || over_) return;
  link->heard = core_.now;
  if (!accept(*link, packet)) close(*link);
}

bool Leading::accept(LearnerLink& link, const QuorumPacket& packet) {
  switch (static_cast<PacketType>(packet.type)) {
    case PacketType::follower_info:
      return join(link, packet, false);
    case PacketType::observer_info:
      return join(link, packet, true);
    case PacketType::ack_epoch:
      return take_ack_epoch(link, packet);
    case PacketType::ack:
      return acknowledged(link, Zxid{packet.zxid});
    case PacketType::ping:
      if (!link.is_active() || packet.data.is_null()) return !link.is_active();
      if (!broadcast_->ping_answered(link)) return false;
      pass_on(link, packet);
      return true;
    case PacketType::request:
    case PacketType::revalidate:
      if (!link.is_active()) return false;
      pass_on(link, packet);
      return true;
    default:
      // Java's leaders pass over what they do not know.
      return link.is_active();
  }
}

bool Leading::acknowledged(LearnerLink& link, Zxid zxid) {
  if (zxid.counter() == 0) {
    if (link.stage == Stage::holding && zxid == Zxid::of(epoch_, 0)) took_history(link);
    return true;  // also the ACK of UPTODATE
  }
  if (broadcast_) return broadcast_->acknowledged(link, zxid);
  // Some releases acknowledge the entries of a sync.
  return zxid <= core_.disk.log().appended();
}

void Leading::pass_on(const LearnerLink& link, const QuorumPacket& packet) {
  core_.tell(FromLearner{link.id, link.server, static_cast<PacketType>(packet.type), Zxid{packet.zxid},
                         own_bytes(packet.data), Bytes(jute::encoded(packet.authinfo))});
}

void Leading::link_drained(LinkId id) {
  LearnerLink* link = links_.find(id);
  if (link && sync_) sync_->drained(*link);
}

void Leading::history_fetched(const store::HistoryFetched& history) {
  if (sync_) sync_->fetched(history);
}

void Leading::snapshot_piece(const store::SnapshotPiece& piece) {
  if (sync_) sync_->image(piece);
}

// --- Time

void Leading::tick() {
  if (over_ || core_.alone() || !watch_.due(core_.now)) return;
  watch_.schedule(core_.now);
  if (phase_ != Phase::broadcast) {
    const Instant last = sync_ ? std::max(phase_began_, sync_->last_progress()) : phase_began_;
    over_ = core_.now > last.plus_ms(core_.init_limit_ms());
  } else {
    look_for_quorum();
  }
  if (over_) return;
  links_.close_if([this](const LearnerLink& link) { return watch_.condemns(link); });
  look_for_quorum();
  if (over_) return;
  links_.for_each([&](LearnerLink& link) {
    if (link.stage < Stage::holding) return;
    links_.send(link, encode_packet(PacketType::ping, last_proposed()));
    if (link.is_active()) ++link.pings_sent;
  });
}

void Leading::look_for_quorum() {
  if (broadcast_ && !watch_.has_quorum(links_)) over_ = true;
}

std::optional<Instant> Leading::wake_at() const {
  if (core_.alone()) return std::nullopt;
  return watch_.next();
}

// --- Our own side

bool Leading::may_propose() const {
  return broadcast_ && !over_ && !stopping_ && has_room();
}

Zxid Leading::last_proposed() const {
  return broadcast_ ? broadcast_->last_proposed() : core_.disk.log().appended();
}

std::optional<uint32_t> Leading::epoch_in_use() const {
  if (!broadcast_) return std::nullopt;
  return epoch_;
}

void Leading::request_sync(uint64_t id) {
  if (broadcast_ && !over_) broadcast_->request_sync(id);
}

void Leading::send_to_learner(LinkId id, PacketType type, Zxid zxid, const Bytes& data) {
  LearnerLink* link = links_.find(id);
  if (!link || !link->is_active()) return;
  const bool null = type == PacketType::sync;
  links_.send(*link, encode_packet(type, zxid, null ? quorum::Buffer() : quorum::Buffer(data.view())));
}

void Leading::stop() {
  stopping_ = true;
  if (!broadcast_) over_ = true;
}

void Leading::advance() {
  if (!broadcast_ || over_) return;
  broadcast_->advance();
  if (broadcast_->outstanding() > 0) return;
  if (stopping_) {
    over_ = true;
  } else if (!has_room()) {
    // With peers the next epoch comes by an election.
    if (core_.alone()) return open_epoch();
    over_ = true;
  }
}

void Leading::leave() {
  broadcast_.reset();
  links_.close_all();
  if (!core_.alone()) core_.ready.links.emplace_back(ListenForLearners{false});
}

void Leading::report(EngineStatus& status) const {
  if (broadcast_) status.pending_syncs = broadcast_->waiting_syncs();
  links_.for_each([&](const LearnerLink& link) {
    ++status.learners;
    if (!link.is_active()) return;
    ++(link.observer ? status.synced_observers : status.synced_followers);
  });
}

}  // namespace paddock::zab
