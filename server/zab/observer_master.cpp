#include "server/zab/observer_master.h"

#include <utility>
#include <vector>

#include "protocol/jute/codec.h"
#include "server/zab/packets.h"

namespace paddock::zab {

using quorum::QuorumPacket;
using Stage = LearnerLink::Stage;

ObserverMaster::ObserverMaster(Core& core, uint32_t epoch)
    : core_(core),
      epoch_(epoch),
      links_(core, [](const LearnerLink&) {}),
      watch_(core, core.now),
      sync_(core, links_, epoch, {epoch}) {
  core_.ready.links.emplace_back(ListenForLearners{true, core_.options.observer_master_port});
}

void ObserverMaster::leave() {
  links_.close_all();
  core_.ready.links.emplace_back(ListenForLearners{false});
}

// --- Time

void ObserverMaster::tick() {
  if (!watch_.due(core_.now)) return;
  watch_.schedule(core_.now);
  links_.close_if([this](const LearnerLink& link) { return watch_.condemns(link); });
  const Bytes ping = encode_packet(PacketType::ping, core_.ledger.last_committed());
  links_.for_each([&](LearnerLink& link) {
    if (link.stage >= Stage::holding) links_.send(link, ping);
  });
}

// --- What observers say

void ObserverMaster::link_down(LinkId id) {
  if (LearnerLink* link = links_.find(id)) links_.lost(*link);
}

void ObserverMaster::refuse(LinkId id, std::string reason) {
  if (LearnerLink* link = links_.find(id)) links_.close(*link, std::move(reason));
}

void ObserverMaster::receive(LinkId id, const QuorumPacket& packet) {
  LearnerLink* link = links_.find(id);
  if (!link) return;
  link->heard = core_.now;
  if (!accept(*link, packet)) links_.close(*link);
}

bool ObserverMaster::accept(LearnerLink& link, const QuorumPacket& packet) {
  switch (static_cast<PacketType>(packet.type)) {
    case PacketType::observer_info:
      return join(link, packet);
    case PacketType::ack_epoch:
      return take_ack_epoch(link, packet);
    case PacketType::ack:
      return acknowledged(link, Zxid{packet.zxid});
    case PacketType::ping:
      if (!link.is_active() || packet.data.is_null()) return !link.is_active();
      core_.tell(passed_on(link, packet));
      return true;
    case PacketType::request:
    case PacketType::revalidate:
      if (!link.is_active()) return false;
      core_.tell(passed_on(link, packet));
      return true;
    case PacketType::follower_info:
      return false;  // who votes needs the leader
    default:
      return link.is_active();  // passed over, as Java's masters do
  }
}

// A server that may have forgotten a promise needs what only a leader can prove.
bool ObserverMaster::join(LearnerLink& link, const QuorumPacket& packet) {
  if (link.stage != Stage::arrived || Zxid{packet.zxid}.epoch() > epoch_) return false;
  const auto info = jute::decoded<quorum::LearnerInfo>(packet.data.view());
  if (!info && !packet.data.is_null()) return false;
  const ServerId server{info ? info->server_id : --nameless_};
  if (server == core_.options.self || is_stranger(server)) return false;
  if (info && info->config_version.value_or(0) > core_.configs.committed().version) return false;
  if (LearnerLink* older = links_.of_server(server)) links_.close(*older);
  link.server = server;
  link.observer = true;
  link.stage = Stage::promising;
  links_.send(link, encode_leader_info(epoch_));
  return true;
}

bool ObserverMaster::take_ack_epoch(LearnerLink& link, const QuorumPacket& packet) {
  link.position = Zxid{packet.zxid};
  if (link.stage != Stage::promising || link.position.epoch() > epoch_) return false;
  link.stage = Stage::promised;
  // What it holds of earlier epochs and this server does not, no epoch has kept.
  if (link.position.epoch() == epoch_ && is_ahead(link)) {
    ++ahead_;
  } else {
    sync_.begin(link, Synchronizer::Covers::everything_committed);
  }
  return true;
}

bool ObserverMaster::acknowledged(LearnerLink& link, Zxid zxid) {
  if (zxid.counter() != 0) return false;
  if (link.stage == Stage::holding && zxid == Zxid::of(epoch_, 0)) links_.activate(link);
  return true;  // also the ACK of UPTODATE
}

void ObserverMaster::link_drained(LinkId id) {
  if (LearnerLink* link = links_.find(id)) sync_.drained(*link);
}

// --- What is committed

void ObserverMaster::committed(Zxid zxid, const Bytes& txn, std::optional<ServerId> leader) {
  Bytes packet;
  links_.for_each([&](LearnerLink& link) {
    if (!link.takes_broadcast()) return;
    if (packet.empty()) packet = encode_commit(zxid, txn, leader);
    links_.broadcast(link, zxid, packet);
  });
  links_.drop_overfull();
  if (ahead_ > 0) synchronize_who_waited();
}

void ObserverMaster::synchronize_who_waited() {
  std::vector<LearnerLink*> caught_up;
  ahead_ = 0;
  links_.for_each([&](LearnerLink& link) {
    if (link.stage != Stage::promised) return;
    if (is_ahead(link)) {
      ++ahead_;
    } else {
      caught_up.push_back(&link);
    }
  });
  for (LearnerLink* link : caught_up) sync_.begin(*link, Synchronizer::Covers::everything_committed);
}

void ObserverMaster::report(EngineStatus& status) const {
  links_.for_each([&](const LearnerLink& link) {
    ++status.learners;
    if (link.is_active()) ++status.synced_observers;
  });
}

}  // namespace paddock::zab
