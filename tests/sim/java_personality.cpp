#include "tests/sim/java_personality.h"

#include <algorithm>

#include "protocol/jute/codec.h"
#include "server/zab/packets.h"

namespace paddock::sim {

using quorum::PacketType;
using quorum::QuorumPacket;

namespace {

Bytes encode(const QuorumPacket& packet) {
  return Bytes(jute::encoded(packet));
}

Bytes proposal(const store::Append& entry) {
  return zab::encode_packet(PacketType::proposal, entry.zxid, quorum::Buffer(entry.txn.view()));
}

// The protocol version stands behind the server's id.
Bytes as_java_learner(QuorumPacket packet) {
  auto info = jute::decoded<quorum::LearnerInfo>(packet.data.view());
  info->protocol_version = quorum::kProtocolJava;
  const std::string data = jute::encoded(*info);
  packet.data = quorum::Buffer(data);
  return encode(packet);
}

Bytes as_java_leader(QuorumPacket packet) {
  const std::string version("\0\1\0\0", 4);
  packet.data = quorum::Buffer(version);
  return encode(packet);
}

}  // namespace

// --- As a leader

std::vector<Bytes> JavaPersonality::outgoing(LinkId id, const QuorumPacket& packet, const Bytes& encoded,
                                             const Mind& mind) {
  Link& link = links_[id];
  const Zxid zxid{packet.zxid};
  switch (static_cast<PacketType>(packet.type)) {
    case PacketType::follower_info:
    case PacketType::observer_info:
      return {as_java_learner(packet)};
    case PacketType::leader_info:
      return {as_java_leader(packet)};
    case PacketType::ack_epoch:
      return {ack_epoch(packet, encoded)};
    case PacketType::diff:
    case PacketType::trunc:
    case PacketType::snap:
      return open(id, link, packet, encoded, mind);
    case PacketType::proposal:
    case PacketType::commit: {
      Zxid& sent = packet.type == static_cast<int32_t>(PacketType::proposal) ? link.proposed : link.committed;
      if (link.stage == Stage::up_to_date && zxid <= sent) return {};
      sent = std::max(sent, zxid);
      return {encoded};
    }
    case PacketType::new_leader: {
      Packets packets;
      next_epoch_ = zxid.epoch();
      link.stage = Stage::new_leader;
      link.committed = std::max(link.committed, link.proposed);
      if (link.hasty) catch_up(link, mind, packets);
      packets.push_back(encoded);
      return packets;
    }
    case PacketType::up_to_date:
      link.stage = Stage::up_to_date;
      steady_epoch_ = next_epoch_;
      return {encoded};
    default:
      return {encoded};
  }
}

std::vector<Bytes> JavaPersonality::open(LinkId id, Link& link, const QuorumPacket& packet,
                                         const Bytes& encoded, const Mind& mind) {
  const auto type = static_cast<PacketType>(packet.type);
  link.stage = Stage::planned;
  link.proposed = link.committed = Zxid{packet.zxid};
  link.hasty = link.follower && mind.leads && random_.one_in(2);
  if (type == PacketType::snap && link.follower && mind.leads && random_.one_in(2)) {
    const StateImage state = mind.state();
    if (state.applied > Zxid{packet.zxid}) {
      link.stream = encode_stream(state);
      link.hasty = true;  // what the state holds already follows before UPTODATE
      if (random_.one_in(2)) {
        coverage_.insert("Java: what a SNAP names comes again");
        return {zab::encode_packet(PacketType::snap, state.applied)};
      }
      coverage_.insert("Java: a fuzzy SNAP");
      mind.sends_fuzzy(Zxid{packet.zxid}, state.applied);
    }
  }
  if (type != PacketType::diff || !mind.leads || !random_.one_in(3)) return {encoded};
  // The leader has not processed yet what it has committed last.
  const auto& entries = mind.log.entries;
  const auto last = std::find_if(entries.begin(), entries.end(),
                                 [&](const store::Append& entry) { return entry.zxid == link.position; });
  if (last == entries.end() || last == entries.begin() || last->zxid > mind.committed) return {encoded};
  if (!mind.can_be_cut(last->zxid, id)) return {encoded};
  const Zxid before = std::prev(last)->zxid;
  coverage_.insert("Java: TRUNC below what was applied");
  return {zab::encode_packet(PacketType::trunc, before), proposal(*last),
          zab::encode_packet(PacketType::commit, last->zxid)};
}

// The rest of what is committed with its COMMITs, what is outstanding without.
void JavaPersonality::catch_up(Link& link, const Mind& mind, Packets& packets) {
  for (const store::Append& entry : mind.log.entries) {
    if (entry.zxid > link.proposed) {
      coverage_.insert(link.stage == Stage::new_leader ? "Java: PROPOSAL before UPTODATE" : "Java: PROPOSAL");
      packets.push_back(proposal(entry));
      link.proposed = entry.zxid;
    }
    if (entry.zxid > link.committed && entry.zxid <= mind.committed) {
      coverage_.insert("Java: COMMIT before UPTODATE");
      packets.push_back(zab::encode_packet(PacketType::commit, entry.zxid));
      link.committed = entry.zxid;
    }
  }
}

std::vector<std::pair<LinkId, Bytes>> JavaPersonality::overdue(const Mind& mind) {
  std::vector<std::pair<LinkId, Bytes>> all;
  if (!mind.leads) return all;
  for (auto& [id, link] : links_) {
    if (!link.hasty || link.stage != Stage::new_leader) continue;
    Packets packets;
    catch_up(link, mind, packets);
    for (Bytes& packet : packets) all.emplace_back(id, std::move(packet));
  }
  return all;
}

Bytes JavaPersonality::outgoing_piece(LinkId id, const Bytes& piece) {
  const auto found = links_.find(id);
  if (found == links_.end() || !found->second.stream) return piece;
  return Bytes(std::exchange(*found->second.stream, std::string()));
}

// --- As a learner

Zxid JavaPersonality::lifted(Zxid position, int64_t epoch) {
  if (steady_epoch_ == 0 || epoch != steady_epoch_ || position.epoch() >= steady_epoch_) return position;
  coverage_.insert("Java: a position of (e,0)");
  return Zxid::of(steady_epoch_, 0);
}

Bytes JavaPersonality::ack_epoch(const QuorumPacket& packet, const Bytes& encoded) {
  const auto current = zab::decode_int(packet.data);
  if (!current) return encoded;
  const Zxid zxid = lifted(Zxid{packet.zxid}, *current);
  return zxid == Zxid{packet.zxid} ? encoded : zab::encode_ack_epoch(zxid, *current);
}

bool JavaPersonality::incoming(LinkId id, const QuorumPacket& packet) {
  Link& link = links_[id];
  switch (static_cast<PacketType>(packet.type)) {
    case PacketType::follower_info:
      link.follower = true;
      return true;
    case PacketType::ack_epoch:
      link.position = Zxid{packet.zxid};
      return true;
    case PacketType::trunc:
    case PacketType::snap:
    case PacketType::proposal:
      steady_epoch_ = 0;
      return true;
    case PacketType::new_leader:
      next_epoch_ = Zxid{packet.zxid}.epoch();
      return true;
    case PacketType::up_to_date:
      link.stage = Stage::up_to_date;
      steady_epoch_ = next_epoch_;
      return true;
    case PacketType::ping:
      // A leader hears of its followers by them.
      return link.follower || link.stage == Stage::up_to_date || !packet.data.is_null();
    default:
      return true;
  }
}

void JavaPersonality::process_ended() {
  links_.clear();
  steady_epoch_ = next_epoch_ = 0;
}

}  // namespace paddock::sim
