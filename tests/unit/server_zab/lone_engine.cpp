#include "lone_engine.h"

#include <catch2/catch.hpp>

#include "ensemble.h"
#include "protocol/jute/codec.h"

namespace paddock::zab::test {
namespace {

using quorum::PacketType;

const std::map<PacketType, std::string> kNames = {
    {PacketType::request, "REQUEST"},
    {PacketType::proposal, "P"},
    {PacketType::ack, "ACK"},
    {PacketType::commit, "C"},
    {PacketType::ping, "PING"},
    {PacketType::revalidate, "REVALIDATE"},
    {PacketType::sync, "SYNC"},
    {PacketType::inform, "I"},
    {PacketType::new_leader, "NEWLEADER"},
    {PacketType::follower_info, "FOLLOWERINFO"},
    {PacketType::up_to_date, "UPTODATE"},
    {PacketType::diff, "DIFF"},
    {PacketType::trunc, "TRUNC"},
    {PacketType::snap, "SNAP"},
    {PacketType::observer_info, "OBSERVERINFO"},
    {PacketType::leader_info, "LEADERINFO"},
    {PacketType::ack_epoch, "ACKEPOCH"},
};

}  // namespace

LoneEngine::LoneEngine(int64_t self, int64_t members) {
  options.self = ServerId{self};
  options.tick_ms = 100;
  for (int64_t id = 1; id <= members; ++id) options.membership.members[ServerId{id}].id = ServerId{id};
}

void LoneEngine::log(std::initializer_list<Zxid> zxids, Zxid committed) {
  for (const Zxid zxid : zxids) recovered.tail.push_back({{}, zxid, Bytes(name(zxid))});
  recovered.last_logged = recovered.tail.back().zxid;
  recovered.commit_point = committed;
  recovered.epochs = {recovered.last_logged.epoch(), recovered.last_logged.epoch()};
}

void LoneEngine::start() {
  engine_ = std::make_unique<Engine>(options, recovered, Random(1));
  engine_->tick(now_);
  look();
}

// --- The others

void LoneEngine::elect(int64_t leader) {
  persist();  // the fence of the last role
  ++round_;
  const bool self = ServerId{leader} == options.self;
  const Zxid position = self ? engine_->last_logged() : Zxid::of(9, 9);
  const int64_t epoch = self ? engine_->epochs().current : 9;
  for (const auto& [id, member] : options.membership.members) {
    if (id == options.self) continue;
    auto state = quorum::PeerState::looking;
    if (!self) state = id.value == leader ? quorum::PeerState::leading : quorum::PeerState::following;
    engine_->election_message(id, {state, ServerId{leader}, position, 100 + round_, epoch, 2, {}}, now_);
  }
  look();
}

void LoneEngine::up(LinkId link) {
  engine_->link_up(link, now_);
  look();
}

void LoneEngine::down(LinkId link) {
  engine_->link_down(link, now_);
  look();
}

void LoneEngine::say(LinkId link, PacketType type, Zxid zxid, const quorum::Buffer& data) {
  engine_->receive(link, {static_cast<int32_t>(type), zxid.value, data, {}}, now_);
  look();
}

void LoneEngine::say_piece(LinkId link, const std::string& bytes, bool last) {
  engine_->receive_snapshot(link, Bytes(bytes), last, now_);
  look();
}

// --- Disk and time

void LoneEngine::persist() {
  while (!asked_.empty()) persist(asked_.size());
}

void LoneEngine::persist(size_t count) {
  REQUIRE(count <= asked_.size());
  const DiskSeq last = asked_[count - 1];
  asked_.erase(asked_.begin(), asked_.begin() + static_cast<std::ptrdiff_t>(count));
  engine_->persisted(last);
  look();
}

void LoneEngine::pass(int64_t ms) {
  const Instant end = now_.monotonic.plus_ms(ms);
  while (true) {
    const auto wake = engine_->wake_at();
    if (!wake || *wake > end) break;
    now_.monotonic = std::max(now_.monotonic, *wake);
    engine_->tick(now_);
    look();
  }
  now_.monotonic = end;
}

// --- What came out

void LoneEngine::look() {
  for (Ready ready = engine_->take_ready(); !ready.empty(); ready = engine_->take_ready()) {
    for (const auto& work : ready.disk) note(work);
    for (const auto& message : ready.messages) note(message);
    for (const auto& command : ready.links) note(command);
    history_reads_.insert(history_reads_.end(), ready.history_reads.begin(), ready.history_reads.end());
    snapshot_reads_.insert(snapshot_reads_.end(), ready.snapshot_reads.begin(), ready.snapshot_reads.end());
    for (const auto& item : ready.sequence) note(item);
  }
}

void LoneEngine::note(const store::LogWork& work) {
  asked_.push_back(store::seq_of(work));
  if (const auto* append = std::get_if<store::Append>(&work)) disk_ += " a" + name(append->zxid);
  if (const auto* cut = std::get_if<store::Truncate>(&work)) disk_ += " t" + name(cut->last);
  if (const auto* begin = std::get_if<store::SnapshotBegin>(&work)) disk_ += " begin" + name(begin->zxid);
  if (std::holds_alternative<store::SnapshotChunk>(work)) disk_ += " chunk";
  if (std::holds_alternative<store::SnapshotEnd>(work)) disk_ += " end";
  if (std::holds_alternative<store::SnapshotAbandon>(work)) disk_ += " abandon";
  if (const auto* write = std::get_if<store::WriteEpochs>(&work)) {
    disk_ += " w" + std::to_string(write->epochs.accepted) + "/" + std::to_string(write->epochs.current);
  }
}

void LoneEngine::note(const SequenceItem& item) {
  if (const auto* committed = std::get_if<Committed>(&item)) told_ += " c" + name(committed->zxid);
  if (const auto* serving = std::get_if<Serving>(&item)) told_ += " serving" + name(serving->epoch_start);
  if (std::holds_alternative<StoppedServing>(item)) told_ += " stopped";
  if (const auto* begin = std::get_if<StateBegin>(&item)) told_ += " begin" + name(begin->zxid);
  if (const auto* replaced = std::get_if<StateReplaced>(&item)) told_ += " replaced" + name(replaced->zxid);
  if (std::holds_alternative<StateAbandoned>(item)) told_ += " abandoned";
  if (std::holds_alternative<LeaderPing>(item)) told_ += " ping";
  if (const auto* sync = std::get_if<SyncPoint>(&item)) told_ += " s" + std::to_string(sync->id);
  if (const auto* from = std::get_if<FromLearner>(&item))
    told_ += " from" + std::to_string(from->learner.value);
}

void LoneEngine::note(const MessageOut& message) {
  const auto* out = std::get_if<PacketOut>(&message);
  if (!out) return;
  const auto packet = jute::decoded<quorum::QuorumPacket>(out->packet.view());
  REQUIRE(packet.has_value());
  const auto type = static_cast<PacketType>(packet->type);
  data_[type] = packet->data.str();
  const Zxid zxid{packet->zxid};
  sent_[out->link] += " " + kNames.at(type) + (zxid.value < 0 ? "" : name(zxid));
}

void LoneEngine::note(const LinkCommand& command) {
  if (const auto* close = std::get_if<CloseLink>(&command)) closed_[close->link] = true;
  if (const auto* dial = std::get_if<ConnectToLeader>(&command)) {
    dialled_ = *dial;
    ++dials_;
  }
}

}  // namespace paddock::zab::test
