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

}  // namespace

Leading::Leading(Core& core)
    : core_(core),
      discovery_(core.configs, core.options.self),
      inherited_(what_is_inherited()),
      links_(core, [this](const LearnerLink& gone) { forget(gone); }),
      watch_(core, core.now) {
  if (!core_.alone()) core_.ready.links.emplace_back(ListenForLearners{true});
  open_epoch();
}

// --- Discovery

Inherited Leading::what_is_inherited() const {
  const Standing own{core_.disk.epochs().current, core_.disk.log().durable()};
  return Inherited(core_.configs, core_.options.self, own, core_.options.has_oracle);
}

void Leading::open_epoch() {
  phase_ = Phase::discovery;
  phase_began_ = core_.now;
  broadcast_.reset();
  inherited_ = what_is_inherited();
  held_start_of_ = core_.holds_start_of;
  discovery_ = Discovery(core_.configs, core_.options.self);
  // A log from before the epoch file was written may be ahead of it; its epoch was promised to somebody.
  const store::Epochs& epochs = core_.disk.epochs();
  const uint32_t logged = core_.disk.log().durable().epoch();
  discovery_.join(core_.options.self, std::max({epochs.accepted, epochs.current, logged}));
  links_.for_each([this](const LearnerLink& link) {
    if (link.renewing && link.counts) discovery_.join(link.server, epoch_);
  });
  if (discovery_.epoch()) fix_epoch();
}

void Leading::renew() {
  if (core_.alone()) return open_epoch();
  if (!can_renew()) return give_up();  // as Java does: the next epoch comes by an election
  const LogPosition& log = core_.disk.log();
  if (log.durable() != log.appended() || broadcast_->waiting_syncs() > 0) return;
  renewed_ = epoch_;
  renewed_at_ = log.appended();
  links_.close_if([](const LearnerLink& link) { return !link.is_active() || !link.ours; });
  links_.for_each([](LearnerLink& link) {
    link.stage = Stage::joined;
    link.renewing = true;
    link.unacknowledged.reset();
    link.round_ping = 0;
  });
  open_epoch();
}

bool Leading::can_renew() const {
  bool all_ours = true;
  links_.for_each([&](const LearnerLink& link) { all_ours = all_ours && (link.ours || !link.counts); });
  return all_ours && watch_.has_quorum(links_);
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
  const ServerId server{info ? info->server_id : --strangers_};
  if (server == core_.options.self) return false;
  const bool counts = !observer && core_.configs.is_voter(server);
  const Zxid version{info ? info->config_version.value_or(0) : 0};
  if (version.value > core_.configs.committed().version) {
    // This one is better off as a server that looks for a leader: those believe later configurations. Who has
    // no vote waits for the epoch, whose configuration may be a later one again.
    if (!broadcast_) {
      over_ = over_ || counts;
      link.waits_for_epoch = true;
      return !counts;
    }
    // What a leader called the configuration that it began with may be lost with the files of a quorum. Who
    // has no vote can do without.
    if (counts || version.counter() > 0) return false;
  }
  // It can follow nobody below what it promised, and that can only rise: with this epoch it is lost for good.
  // So is an observer that promised when it was a voter.
  const bool belongs = counts || core_.configs.committed().is_observer(server);
  if (belongs && epoch_ != 0 && accepted > epoch_) over_ = true;
  if (LearnerLink* older = links_.of_server(server)) links_.close(*older);
  // It has lost what it acknowledged there, even if that link has not noticed yet.
  if (is_stranger(server)) {
    if (LearnerLink* former = links_.of_server(behind_stranger(server))) close(*former);
  }
  if (over_) return false;
  link.server = server;
  link.observer = observer;
  link.counts = counts;
  link.ours = info && info->protocol_version.value_or(0) >= quorum::kProtocolPaddock;
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

bool Leading::take_ack_epoch(LearnerLink& link, const QuorumPacket& packet) {
  const auto current_epoch = decode_int(packet.data);
  if (link.stage != Stage::promising || !current_epoch) return false;
  link.position = Zxid{packet.zxid};
  link.stage = Stage::promised;
  if (phase_ != Phase::discovery) return synchronize(link), true;
  // -1: it promised this epoch before, maybe to another.
  if (*current_epoch < 0) return true;
  const Standing standing{static_cast<uint32_t>(*current_epoch), link.position};
  link.ahead = inherited_.is_ahead(standing);
  if (link.ahead && !may_be_cut_back(link)) return refuse_ahead(link), false;
  if (link.counts && packet.zxid != -1 && !link.ahead) {
    discovery_.promise(link.server);
    inherited_.told(link.server, standing);
  }
  judge_those_ahead();
  if (discovery_.promised()) begin_synchronization();
  return true;
}

// See inherited.h. While that is open it waits.
bool Leading::may_be_cut_back(const LearnerLink& link) const {
  const bool is_voter_to_be = link.counts && !core_.configs.committed().is_voter(link.server);
  return is_voter_to_be && inherited_.pending() != Fate::maybe_committed;
}

void Leading::judge_those_ahead() {
  const Fate fate = inherited_.pending();
  if (fate == Fate::unknown) return;
  links_.for_each([&](LearnerLink& link) {
    if (!link.ahead) return;
    if (fate == Fate::not_committed) {
      discovery_.promise(link.server);
    } else {
      refuse_ahead(link);
    }
  });
  if (fate == Fate::maybe_committed) links_.close_if([](const LearnerLink& link) { return link.ahead; });
}

// Its history has what this one lacks, so it cannot count here. If there is no quorum without it, it should
// lead instead, and the next election knows.
void Leading::refuse_ahead(LearnerLink& link) {
  if (!link.counts) return;  // it could not lead
  core_.configs.rely_on(std::nullopt);
  std::set<ServerId> others{core_.options.self};
  links_.for_each([&](const LearnerLink& other) {
    if (other.counts && !other.ahead && other.id != link.id) others.insert(other.server);
  });
  if (!core_.configs.is_quorum(others)) over_ = true;
}

// --- Synchronisation

void Leading::begin_synchronization() {
  phase_ = Phase::synchronization;
  phase_began_ = core_.now;
  core_.outbox.hold(core_.disk.enter_epoch(epoch_), HistoryPromise{epoch_});
  number_first_config();
  std::vector<uint32_t> started{epoch_};
  if (held_start_of_) started.push_back(*held_start_of_);
  sync_.emplace(core_, links_, epoch_, std::move(started));
  std::vector<LearnerLink*> waiting;
  links_.for_each([&](LearnerLink& link) {
    if (link.stage == Stage::promised) waiting.push_back(&link);
  });
  for (LearnerLink* link : waiting) synchronize(*link);
}

// One that renews has all of the epoch before, for its link is FIFO. The new one may be in use already.
void Leading::synchronize(LearnerLink& link) {
  if (link.renewing && link.position != renewed_at_) return close(link);
  if (broadcast_) broadcast_->catch_up(link);
  sync_->begin(link, broadcast_ ? Synchronizer::Covers::everything_committed
                                : Synchronizer::Covers::everything_logged);
}

// What the operator wrote gets a version with the first epoch that is in use under it: from then on it wins
// over what a joining server was told of the ensemble.
void Leading::number_first_config() {
  if (!core_.options.reconfig_enabled || core_.alone()) return;
  if (core_.configs.is_pending() || core_.configs.committed().version != 0) return;
  Membership numbered = core_.configs.committed();
  numbered.version = Zxid::of(epoch_, 0).value;
  core_.configs.announce(numbered);
}

void Leading::took_history(LearnerLink& link) {
  link.stage = Stage::held;
  if (broadcast_) return activate_or_prove(link);
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
  renewed_.reset();
  core_.commit_to(core_.disk.log().appended());
  core_.configs.adopt(core_.configs.proposed());
  const Zxid epoch_start = Zxid::of(epoch_, 0);
  broadcast_.emplace(core_, links_, epoch_start);
  core_.ledger.settle(epoch_start);
  core_.tell(Serving{Role::leading, epoch_start});
  links_.for_each([this](LearnerLink& link) {
    if (link.stage == Stage::held) activate_or_prove(link);
  });
  links_.close_if([](const LearnerLink& link) { return link.waits_for_epoch; });
  // It only carried over a reconfiguration that leaves it out.
  if (!core_.configs.is_voter(core_.options.self)) over_ = true;
}

void Leading::activate_or_prove(LearnerLink& link) {
  if (!is_stranger(link.server)) return activate(link);
  link.proof = broadcast_->request_proof();
}

void Leading::activate_proven() {
  links_.for_each([this](LearnerLink& link) {
    if (link.stage == Stage::held && link.proof != 0 && broadcast_->is_proven(link.proof)) activate(link);
  });
}

void Leading::activate(LearnerLink& link) {
  links_.activate(link);
  if (link.counts) core_.configs.rely_on(std::nullopt);
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

void Leading::refuse(LinkId id, std::string reason) {
  if (LearnerLink* link = links_.find(id)) close(*link, std::move(reason));
}

void Leading::close(LearnerLink& link, std::string reason) {
  links_.close(link, std::move(reason));
  look_for_quorum();
}

void Leading::forget(const LearnerLink& gone) {
  if (!gone.counts) return;
  // It would not promise the same epoch a second time.
  if (phase_ == Phase::discovery && discovery_.has_promise(gone.server)) over_ = true;
  discovery_.forget(gone.server);
  inherited_.forget(gone.server);
  if (broadcast_) broadcast_->forget(gone);
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
      if (!link.is_serving() || packet.data.is_null()) return !link.is_serving();
      if (!(broadcast_ ? broadcast_->ping_answered(link) : link.answer_ping())) return false;
      pass_on(link, packet);
      return true;
    case PacketType::request:
    case PacketType::revalidate:
      if (!link.is_serving()) return false;
      pass_on(link, packet);
      return true;
    default:
      // Java's leaders pass over what they do not know.
      return link.is_serving();
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
  core_.tell(passed_on(link, packet));
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
  if (core_.configs.sole()) heed_oracle();
  if (over_ || core_.alone() || !watch_.due(core_.now)) return;
  watch_.schedule(core_.now);
  if (phase_ != Phase::broadcast) {
    const Instant last = sync_ ? std::max(phase_began_, sync_->last_progress()) : phase_began_;
    over_ = core_.now > last.plus_ms(core_.init_limit_ms());
  }
  look_for_quorum();
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
  if (!epoch_in_use()) return;
  decide_whom_to_rely_on();
  if (!watch_.has_quorum(links_)) over_ = true;
}

void Leading::decide_whom_to_rely_on() {
  const bool relied = core_.configs.sole().has_value();
  const bool relies = core_.oracle.grants(core_.now) && !watch_.has_follower(links_);
  if (relied == relies) return;
  core_.configs.rely_on(relies ? std::optional(core_.options.self) : std::nullopt);
  if (broadcast_) broadcast_->reconfigured();
}

void Leading::heed_oracle() {
  if (over_) return;
  // Elected by its word alone, which it takes back.
  if (!epoch_in_use() && core_.configs.sole() && !core_.oracle.grants(core_.now)) over_ = true;
  look_for_quorum();
}

std::optional<Instant> Leading::wake_at() const {
  if (core_.alone()) return std::nullopt;
  return watch_.next();
}

// --- Our own side

bool Leading::may_propose() const {
  return broadcast_ && !over_ && !stopping_ && !broadcast_->handed_to() && has_room();
}

Zxid Leading::last_proposed() const {
  return broadcast_ ? broadcast_->last_proposed() : core_.disk.log().appended();
}

std::optional<uint32_t> Leading::epoch_in_use() const {
  return broadcast_ ? epoch_ : renewed_;
}

void Leading::request_sync(uint64_t id) {
  if (broadcast_ && !over_) broadcast_->request_sync(id);
}

void Leading::stop() {
  stopping_ = true;
  if (!broadcast_) over_ = true;
}

void Leading::advance() {
  if (!broadcast_ || over_) return;
  broadcast_->advance();
  activate_proven();
  // The learners are the first to leave, so that none loses the packet that says where to.
  if (broadcast_->handed_to()) {
    core_.suggested_leader = broadcast_->handed_to();
    return look_for_quorum();
  }
  if (broadcast_->outstanding() > 0) return;
  if (stopping_) {
    over_ = true;
  } else if (!has_room()) {
    renew();
  }
}

void Leading::reconfigured() {
  links_.for_each([this](LearnerLink& link) {
    link.counts = !link.observer && link.stage != Stage::arrived && core_.configs.is_voter(link.server);
  });
  if (broadcast_) broadcast_->reconfigured();
}

bool Leading::has_synced_quorum(const Membership& membership) const {
  std::set<ServerId> synced{core_.options.self};
  links_.for_each([&](const LearnerLink& link) {
    // Who has just become an observer may not have noticed yet; when it has, it could not vote for this.
    const bool observes = link.observer || core_.configs.committed().is_observer(link.server);
    if (link.is_active() && !observes) synced.insert(link.server);
  });
  return core_.configs.is_quorum_of(membership, synced);
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
