#include "server/zab/learning.h"

#include <algorithm>
#include <utility>

#include "server/zab/discovery.h"
#include "server/zab/packets.h"

namespace paddock::zab {
namespace {

using quorum::QuorumPacket;

// A leader opens its port some milliseconds after the election that made it one.
constexpr int64_t kRetryMs = 5;

}  // namespace

Learning::Learning(Core& core, ServerId leader)
    : core_(core),
      leader_(leader),
      observes_(core.is_observer()),
      began_(core.now),
      stranger_(core.forgetful) {
  // What it logged may have lost its end.
  if (stranger_ && core_.disk.log().appended() > Zxid{}) core_.wants_snapshot = true;
  const int64_t rest_ms = observes_ ? core_.masters.rest_before_connecting_ms() : 0;
  began_ = turn_began_ = retry_at_ = core_.now.plus_ms(rest_ms);
  master_ = choose_master();
  if (rest_ms == 0) connect();
}

// --- Connecting

// Who may have forgotten a promise needs what the leader alone can prove, and who has promised an epoch that
// it has not entered may need a leader that gives its own up. A follower may be slow to open its port, but if
// none of them has done so for long, none takes observers: the leader does.
MasterRota::Master Learning::choose_master() {
  const store::Epochs& epochs = core_.disk.epochs();
  const bool late = core_.now > began_.plus_ms(core_.init_limit_ms() / 2);
  const bool needs_leader = stranger_ || epochs.accepted > epochs.current || late;
  return observes_ && !needs_leader ? core_.masters.next(core_.configs, leader_)
                                    : core_.masters.leader_itself(core_.configs, leader_);
}

void Learning::connect() {
  const bool has_choice = observes_ && core_.masters.is_used();
  if (has_choice && core_.now >= turn_began_.plus_ms(MasterRota::kTurnMs)) {
    master_ = choose_master();
    turn_began_ = core_.now;
  }
  if (!core_.configs.find(master_.server)) return refuse();
  link_ = LinkId{++core_.last_link};
  link_open_ = true;
  core_.ready.links.emplace_back(ConnectToLeader{link_, master_.server, master_.addresses});
}

void Learning::link_up(LinkId link) {
  if (link != link_ || stage_ != Stage::connecting) return;
  stage_ = Stage::joining;
  heard_ = core_.now;
  const ServerId self = stranger_ ? stranger_id(core_.options.self) : core_.options.self;
  core_.send(link_, encode_learner_info(self, !observes_ && !stranger_, core_.disk.epochs().accepted,
                                        core_.configs.committed().version));
}

void Learning::link_down(LinkId link) {
  if (link != link_ || !link_open_) return;
  link_open_ = false;
  if (stage_ == Stage::connecting) {
    retry_at_ = core_.now.plus_ms(kRetryMs);
  } else {
    over_ = true;
  }
}

void Learning::tick() {
  if (over_) return;
  if (observers_) observers_->tick();
  if (core_.now > deadline()) {
    over_ = true;
  } else if (stage_ == Stage::connecting && !link_open_ && core_.now >= retry_at_) {
    connect();
  }
}

Instant Learning::deadline() const {
  if (stage_ == Stage::connecting) return began_.plus_ms(core_.init_limit_ms());
  const bool has_history = in_use_ || (sync_ && sync_->has_new_leader());
  return heard_.plus_ms(has_history ? core_.sync_limit_ms() : core_.init_limit_ms());
}

std::optional<Instant> Learning::wake_at() const {
  // The first moment behind the deadline.
  const Instant end = Instant{deadline().ns + 1};
  if (observers_) return std::min(observers_->wake_at(), end);
  if (stage_ == Stage::waiting && !entering_) return std::min(proven_at_, end);
  return stage_ == Stage::connecting && !link_open_ ? std::min(retry_at_, end) : end;
}

// --- Discovery

void Learning::receive(LinkId link, const QuorumPacket& packet) {
  if (link != link_ || over_) return;
  heard_ = core_.now;
  switch (stage_) {
    case Stage::connecting:
      return;
    case Stage::joining:
      return take_leader_info(packet);
    case Stage::promising:
      return refuse();  // it has nothing to say before ACKEPOCH
    case Stage::syncing:
      return take_sync(packet);
    case Stage::waiting:
      return answer_idly(packet);
    case Stage::serving:
      return take_broadcast(packet);
  }
}

void Learning::take_leader_info(const QuorumPacket& packet) {
  const uint32_t epoch = Zxid{packet.zxid}.epoch();
  const store::Epochs& epochs = core_.disk.epochs();
  const bool is_leader_info = packet.type == static_cast<int32_t>(PacketType::leader_info);
  if (!is_leader_info || epoch < epochs.accepted || epoch < epochs.current || epoch > kLastEpoch)
    return refuse();
  epoch_ = epoch;
  stage_ = Stage::promising;
  leader_is_ours_ = decode_int(packet.data).value_or(0) >= quorum::kProtocolPaddock;
  promised_before_ = epoch == epochs.accepted;
  const bool writes = !promised_before_ && !stranger_;
  const DiskSeq after = writes ? core_.disk.accept_epoch(epoch) : core_.disk.durable();
  core_.outbox.hold(after, EpochPromise{epoch});
}

void Learning::deliver(const EpochPromise& promise) {
  const Zxid position = core_.wants_snapshot ? Zxid{} : core_.disk.log().durable();
  const int32_t current = promised_before_ ? -1 : static_cast<int32_t>(core_.disk.epochs().current);
  core_.send(link_, encode_ack_epoch(position, current));
  sync_.emplace(core_, promise.epoch);
  stage_ = Stage::syncing;
}

// --- Synchronisation

void Learning::refuse(std::string reason) {
  over_ = true;
  reason_ = std::move(reason);
}

void Learning::take_sync(const QuorumPacket& packet) {
  const auto type = static_cast<PacketType>(packet.type);
  // Who serves does not change its log.
  if (in_use_ && (type == PacketType::snap || type == PacketType::trunc)) return refuse();
  switch (sync_->receive(packet)) {
    case SyncReceiver::Outcome::going_on:
      return;
    case SyncReceiver::Outcome::up_to_date:
      return serve();
    case SyncReceiver::Outcome::refused:
      return refuse(sync_->reason());
  }
}

void Learning::receive_snapshot(LinkId link, Bytes piece, bool last) {
  if (link != link_ || over_) return;
  heard_ = core_.now;
  if (stage_ != Stage::syncing) return refuse();
  if (sync_->receive_image(std::move(piece), last) == SyncReceiver::Outcome::refused) refuse();
}

void Learning::state_refused() {
  if (stage_ != Stage::syncing || over_) return;
  sync_->refuse_image();
  refuse();
}

void Learning::advance() {
  if (over_) return;
  if (stage_ == Stage::syncing) sync_->advance();
  if (stage_ == Stage::waiting && core_.now >= proven_at_ && !std::exchange(entering_, true)) {
    core_.outbox.hold(core_.disk.enter_epoch(epoch_), ServingPromise{epoch_});
  }
}

void Learning::handed_out() {
  if (stage_ == Stage::syncing && !over_) sync_->handed_out();
}

void Learning::deliver(const HistoryPromise& promise) {
  core_.holds_start_of = promise.epoch;
  core_.wants_snapshot = false;
  core_.send(link_, encode_packet(PacketType::ack, Zxid::of(promise.epoch, 0)));
  sync_->history_durable();
}

// Any leader that still leads after that has heard from its quorum meanwhile. A leader of ours has asked it.
void Learning::wait_for_proof() {
  stage_ = Stage::waiting;
  proven_at_ = leader_is_ours_ ? core_.now : core_.now.plus_ms(core_.sync_limit_ms() + core_.options.tick_ms);
}

// What is broadcast meanwhile comes again when this server does.
void Learning::answer_idly(const QuorumPacket& packet) {
  if (packet.type != static_cast<int32_t>(PacketType::ping)) return;
  core_.send(link_, encode_packet(PacketType::ping, Zxid{packet.zxid}, quorum::Buffer("")));
}

void Learning::serve() {
  if (stranger_) return wait_for_proof();
  sync_->finish();
  // The epoch is in use with a configuration in which this leader has no place, or this server another.
  if (!core_.configs.is_voter(leader_) || core_.is_observer() != observes_) {
    sync_.reset();
    return refuse();
  }
  core_.ledger.settle(Zxid::of(epoch_, 0));
  core_.tell(Serving{role(), Zxid::of(epoch_, 0)});
  core_.outbox.hold(core_.disk.durable(), ServingPromise{epoch_});
  const Zxid durable = core_.disk.log().durable();
  if (!observes_) {
    for (const Zxid zxid : sync_->unacknowledged()) {
      // The later of them may still be on their way to the disk; waiting for all that was asked for is
      // enough.
      core_.outbox.hold(zxid <= durable ? core_.disk.durable() : core_.disk.asked(), LogPromise{zxid});
    }
  }
  sync_.reset();
  stage_ = Stage::serving;
  in_use_ = epoch_;
  if (!observes_ && core_.options.observer_master_port > 0) observers_.emplace(core_, epoch_);
}

void Learning::renew(const QuorumPacket& packet) {
  const bool is_next = Zxid{packet.zxid}.epoch() > epoch_;
  if (!leader_is_ours_ || !is_next || !core_.ledger.tail().empty()) return refuse();
  end_mastering();
  take_leader_info(packet);
}

void Learning::deliver(const ServingPromise& promise) {
  if (stranger_) {
    core_.forgetful = false;
    over_ = true;
    return;
  }
  core_.send(link_, encode_packet(PacketType::ack, Zxid::of(promise.epoch, 0)));
}

void Learning::deliver(const LogPromise& promise) {
  core_.send(link_, encode_packet(PacketType::ack, promise.zxid));
}

// --- Broadcast

void Learning::take_broadcast(const QuorumPacket& packet) {
  const Zxid zxid{packet.zxid};
  switch (static_cast<PacketType>(packet.type)) {
    case PacketType::proposal:
      return take_proposal(zxid, packet.data);
    case PacketType::commit:
      return take_commit(zxid);
    case PacketType::commit_and_activate:
      take_commit(zxid, decode_leader(packet.data));
      return take_suggestion(packet.data);
    case PacketType::inform:
      return take_inform(zxid, packet.data);
    case PacketType::inform_and_activate:
      if (packet.data.size() < 8) return refuse();
      take_inform(zxid, packet.data.view().substr(8));
      return take_suggestion(packet.data);
    case PacketType::leader_info:
      return renew(packet);
    case PacketType::ping:
      return core_.tell(LeaderPing{zxid});
    case PacketType::revalidate:
    case PacketType::sync:
      return core_.tell(FromLeader{static_cast<PacketType>(packet.type), own_bytes(packet.data)});
    default:
      return;  // passed over, as Java's learners do
  }
}

void Learning::take_proposal(Zxid zxid, const quorum::Buffer& txn) {
  // A gap is a counter that a Java leader skipped: the link itself loses nothing.
  if (zxid.epoch() != epoch_ || zxid <= core_.ledger.end() || zxid <= core_.disk.log().appended())
    return refuse();
  if (const Status usable = core_.check_txn(zxid, txn); !usable.ok()) return refuse(usable.fault().message);
  Bytes bytes = own_bytes(txn);
  core_.note_logged(bytes);
  const DiskSeq logged = core_.disk.append(zxid, bytes);
  core_.ledger.append(zxid, std::move(bytes));
  if (!observes_) core_.outbox.hold(logged, LogPromise{zxid});
}

void Learning::take_commit(Zxid zxid, std::optional<ServerId> leader) {
  if (zxid <= core_.ledger.last_committed()) return;
  const auto& tail = core_.ledger.tail();
  if (tail.empty() || tail.front().zxid != zxid) return refuse();
  if (!observers_) return core_.commit_to(zxid);
  const Bytes txn = tail.front().txn;
  core_.commit_to(zxid);
  observers_->committed(zxid, txn, leader);
}

void Learning::take_inform(Zxid zxid, const quorum::Buffer& txn) {
  take_proposal(zxid, txn);
  if (!over_) core_.commit_to(zxid);
}

// Behind a committed reconfiguration: the leader that it names is followed from here on, in the role that
// this server has now.
void Learning::take_suggestion(const quorum::Buffer& data) {
  if (over_ || !core_.options.reconfig_enabled) return;
  const std::optional<ServerId> leader = decode_leader(data);
  if (!leader) return refuse();
  if (*leader == leader_ && core_.is_observer() == observes_) return;
  core_.suggested_leader = *leader;
  over_ = true;
}

// Once an epoch: a leader who foretells what nobody can reach would be asked for snapshots for ever.
bool Learning::distrust_state(std::string reason) {
  if (stage_ != Stage::serving || over_ || !leader_is_ours_) return false;
  if (std::exchange(core_.distrusted_in, epoch_) == epoch_) return false;
  core_.wants_snapshot = true;
  refuse(std::move(reason));
  return true;
}

void Learning::send_to_leader(PacketType type, Zxid zxid, const Bytes& data, const Bytes& authinfo) {
  if (!in_use_ || over_) return;
  core_.send(link_, encode_packet(type, zxid, data.view(), authinfo.view()));
}

// --- The end

void Learning::end_mastering() {
  if (!observers_) return;
  observers_->leave();
  observers_.reset();
}

Phase Learning::phase() const {
  switch (stage_) {
    case Stage::connecting:
    case Stage::joining:
    case Stage::promising:
      return Phase::discovery;
    case Stage::syncing:
    case Stage::waiting:
      return Phase::synchronization;
    case Stage::serving:
      break;
  }
  return Phase::broadcast;
}

std::optional<uint32_t> Learning::epoch_in_use() const {
  return in_use_;
}

void Learning::leave() {
  end_mastering();
  // That it may vote again is on its way to the disk, and the next vote waits for that.
  if (stranger_ && entering_) core_.forgetful = false;
  if (link_open_) core_.close(link_, std::move(reason_));
  if (sync_) sync_->abandon();
}

}  // namespace paddock::zab
