#include "server/zab/learner_links.h"

#include <utility>
#include <vector>

#include "protocol/base/check.h"
#include "protocol/jute/codec.h"
#include "server/zab/packets.h"

namespace paddock::zab {

FromLearner passed_on(const LearnerLink& link, const quorum::QuorumPacket& packet) {
  return FromLearner{link.id,
                     link.server,
                     static_cast<PacketType>(packet.type),
                     Zxid{packet.zxid},
                     own_bytes(packet.data),
                     Bytes(jute::encoded(packet.authinfo))};
}

LearnerLink& LearnerLinks::add(LinkId id) {
  const auto [place, added] = links_.try_emplace(id);
  PADDOCK_CHECK(added, "link {} came up twice", id.value);
  place->second.id = id;
  place->second.heard = core_.now;
  return place->second;
}

LearnerLink* LearnerLinks::find(LinkId id) {
  const auto found = links_.find(id);
  return found == links_.end() ? nullptr : &found->second;
}

LearnerLink* LearnerLinks::of_server(ServerId server) {
  for (auto& [id, link] : links_) {
    if (link.stage != LearnerLink::Stage::arrived && link.server == server) return &link;
  }
  return nullptr;
}

void LearnerLinks::lost(LearnerLink& link) {
  if (link.sync) link.sync->end();
  gone_(link);
  links_.erase(LinkId{link.id});
}

void LearnerLinks::close(LearnerLink& link, std::string reason) {
  core_.close(link.id, std::move(reason));
  lost(link);
}

void LearnerLinks::close_all() {
  close_if([](const LearnerLink&) { return true; });
}

void LearnerLinks::close_if(const std::function<bool(const LearnerLink&)>& condemned) {
  std::vector<LearnerLink*> found;
  for (auto& [id, link] : links_) {
    if (condemned(link)) found.push_back(&link);
  }
  for (LearnerLink* link : found) close(*link);
}

void LearnerLinks::broadcast(LearnerLink& link, Zxid zxid, const Bytes& packet) {
  if (link.is_active()) return core_.send(link.id, packet);
  link.queue.push_back({zxid, packet});
  link.queued_bytes += packet.size();
  overfull_ = overfull_ || link.queued_bytes > core_.options.learner_queue_bytes;
}

void LearnerLinks::answer(LinkId id, PacketType type, Zxid zxid, const Bytes& data) {
  LearnerLink* link = find(id);
  if (!link || !link->is_serving()) return;
  const bool null = type == PacketType::sync;
  const Bytes packet = encode_packet(type, zxid, null ? quorum::Buffer() : quorum::Buffer(data.view()));
  broadcast(*link, Zxid{INT64_MAX}, packet);
}

void LearnerLinks::activate(LearnerLink& link) {
  link.stage = LearnerLink::Stage::active;
  link.renewing = false;
  send(link, encode_packet(PacketType::up_to_date, Zxid{-1}));
  flush(link);
}

void LearnerLinks::flush(LearnerLink& link) {
  for (LearnerLink::Queued& queued : link.queue) core_.send(link.id, std::move(queued.packet));
  link.queue = {};
  link.queued_bytes = 0;
}

void LearnerLinks::drop_overfull() {
  if (!std::exchange(overfull_, false)) return;
  const size_t limit = core_.options.learner_queue_bytes;
  close_if([limit](const LearnerLink& link) { return link.queued_bytes > limit; });
}

}  // namespace paddock::zab
