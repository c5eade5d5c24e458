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

Learning::Learning(Core& core, ServerId leader) : core_(core), leader_(leader), began_(core.now) {
  connect();
}

// --- Connecting

void Learning::connect() {
  const auto member = core_.membership.members.find(leader_);
  if (member == core_.membership.members.end()) return refuse();
  link_ = LinkId{++core_.last_link};
  link_open_ = true;
  core_.ready.links.emplace_back(ConnectToLeader{link_, leader_, member->second.quorum});
}

void Learning::link_up(LinkId link) {
  if (link != link_ || stage_ != Stage::connecting) return;
  stage_ = Stage::joining;
  heard_ = core_.now;
  core_.send(link_, encode_learner_info(core_.options.self, core_.is_voter(), core_.disk.epochs().accepted,
                                        core_.membership.version));
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
  if (core_.now > deadline()) {
    over_ = true;
  } else if (stage_ == Stage::connecting && !link_open_ && core_.now >= retry_at_) {
    connect();
  }
}

Instant Learning::deadline() const {
  if (stage_ == Stage::connecting) return began_.plus_ms(core_.init_limit_ms());
  const bool has_history = stage_ == Stage::serving || (sync_ && sync_->has_new_leader());
  return heard_.plus_ms(has_history ? core_.sync_limit_ms() : core_.init_limit_ms());
}

std::optional<Instant> Learning::wake_at() const {
  // The first moment behind the deadline.
  const Instant end = Instant{deadline().ns + 1};
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
  promised_before_ = epoch == epochs.accepted;
  const DiskSeq after = promised_before_ ? core_.disk.durable() : core_.disk.accept_epoch(epoch);
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

void Learning::take_sync(const QuorumPacket& packet) {
  switch (sync_->receive(packet)) {
    case SyncReceiver::Outcome::going_on:
      return;
    case SyncReceiver::Outcome::up_to_date:
      return serve();
    case SyncReceiver::Outcome::refused:
      return refuse();
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
  if (stage_ == Stage::syncing && !over_) sync_->advance();
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

void Learning::serve() {
  sync_->finish();
  core_.ledger.settle(Zxid::of(epoch_, 0));
  core_.tell(Serving{role(), Zxid::of(epoch_, 0)});
  core_.outbox.hold(core_.disk.durable(), ServingPromise{epoch_});
  const Zxid durable = core_.disk.log().durable();
  if (core_.is_voter()) {
    for (const Zxid zxid : sync_->unacknowledged()) {
      // The later of them may still be on their way to the disk; waiting for all that was asked for is
      // enough.
      core_.outbox.hold(zxid <= durable ? core_.disk.durable() : core_.disk.asked(), LogPromise{zxid});
    }
  }
  sync_.reset();
  stage_ = Stage::serving;
}

void Learning::deliver(const ServingPromise& promise) {
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
    case PacketType::commit_and_activate:
      return take_commit(zxid);
    case PacketType::inform:
      return take_inform(zxid, packet.data);
    case PacketType::inform_and_activate:
      if (packet.data.size() < 8) return refuse();
      return take_inform(zxid, packet.data.view().substr(8));
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
  Bytes bytes = own_bytes(txn);
  const DiskSeq logged = core_.disk.append(zxid, bytes);
  core_.ledger.append(zxid, std::move(bytes));
  if (core_.is_voter()) core_.outbox.hold(logged, LogPromise{zxid});
}

void Learning::take_commit(Zxid zxid) {
  if (zxid <= core_.ledger.last_committed()) return;
  const auto& tail = core_.ledger.tail();
  if (tail.empty() || tail.front().zxid != zxid) return refuse();
  core_.ledger.commit_to(zxid, core_.ready.sequence);
}

void Learning::take_inform(Zxid zxid, const quorum::Buffer& txn) {
  take_proposal(zxid, txn);
  if (!over_) core_.ledger.commit_to(zxid, core_.ready.sequence);
}

void Learning::send_to_leader(PacketType type, Zxid zxid, const Bytes& data, const Bytes& authinfo) {
  if (stage_ != Stage::serving || over_) return;
  core_.send(link_, encode_packet(type, zxid, data.view(), authinfo.view()));
}

// --- The end

Phase Learning::phase() const {
  switch (stage_) {
    case Stage::connecting:
    case Stage::joining:
    case Stage::promising:
      return Phase::discovery;
    case Stage::syncing:
      return Phase::synchronization;
    case Stage::serving:
      break;
  }
  return Phase::broadcast;
}

std::optional<uint32_t> Learning::epoch_in_use() const {
  if (stage_ != Stage::serving) return std::nullopt;
  return epoch_;
}

void Learning::leave() {
  if (link_open_) core_.close(link_);
  if (sync_) sync_->abandon();
}

}  // namespace paddock::zab
