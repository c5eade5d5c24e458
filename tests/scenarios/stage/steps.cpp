// How a Cluster moves: deliveries, answers of disks, time.
#include <algorithm>

#include "cluster.h"
#include "protocol/base/check.h"
#include "protocol/jute/codec.h"

namespace paddock::scenarios {
namespace {

using quorum::PacketType;

quorum::QuorumPacket decode(const Bytes& bytes) {
  return jute::decoded<quorum::QuorumPacket>(bytes.view()).value();
}

bool opens_a_sync(const quorum::QuorumPacket& packet) {
  const auto type = static_cast<PacketType>(packet.type);
  return type == PacketType::diff || type == PacketType::trunc || type == PacketType::snap;
}

// Beyond this a scenario is caught in a circle.
constexpr int kMostSteps = 3000;

constexpr int64_t kOracleMs = 100;

}  // namespace

// --- The network

bool Cluster::deliver_packet(Route route) {
  Machine& to = machines_.at(route.to);
  if (to.paused) return false;
  Link* link = network_.next_traffic(route);
  if (link == nullptr) return false;
  const Traffic traffic = std::move(link->queue(route).front());
  link->queue(route).pop_front();
  std::visit([&](const auto& kind) { hand_over(to, *link, kind, route.from); }, traffic);
  Machine& from = machines_.at(route.from);
  if (from.engine && link->open_at(route.from) && link->queue(route).empty()) {
    from.engine->link_drained(link->end_at(route.from), now_);
    absorb(route.from);
  }
  return true;
}

void Cluster::hand_over(Machine& to, Link& link, const Packet& packet, int64_t from) {
  const quorum::QuorumPacket decoded = decode(packet.bytes);
  const LinkId end = link.end_at(to.id);
  if (story_->wants(Topic::packets) || to.puppet) {
    story_->tell(fmt::format("{} > {}: {}", from, to.id, describe(decoded)));
  } else if (opens_a_sync(decoded)) {
    story_->say(Topic::sync, fmt::format("{} sends {} {}", from, to.id, describe(decoded)));
  }
  if (decoded.type == static_cast<int32_t>(PacketType::leader_info)) {
    to.offered_epoch[end] = Zxid{decoded.zxid}.epoch();
  }
  if (!to.engine) return;
  to.engine->receive(end, decoded, now_);
  absorb(to.id);
}

void Cluster::hand_over(Machine& to, Link& link, const Piece& piece, int64_t from) {
  story_->say(Topic::packets, fmt::format("{} > {}: a piece of the snapshot", from, to.id));
  if (!to.engine) return;
  const LinkId end = link.end_at(to.id);
  std::string& image = arriving_[end];
  image += piece.bytes.view();
  const bool last = state_of(image).has_value() || image.ends_with("\n!");
  if (last) arriving_.erase(end);
  to.engine->receive_snapshot(end, piece.bytes, last, now_);
  absorb(to.id);
}

void Cluster::hand_over(Machine& to, Link& link, const Closed&, int64_t from) {
  story_->say(Topic::packets, fmt::format("{} > {}: the end of the link", from, to.id));
  const LinkId end = link.end_at(to.id);
  network_.close(to.id, end);
  if (to.puppet) story_->tell(fmt::format("{} has left {}", from, to.id));
  if (!to.engine) return;
  to.engine->link_down(end, now_);
  absorb(to.id);
}

bool Cluster::deliver_vote(Route route) {
  Machine& to = machines_.at(route.to);
  if (to.paused || !network_.has_vote(route)) return false;
  const quorum::Notification message = network_.take_vote(route);
  story_->say(Topic::votes, fmt::format("{} > {}: {}", route.from, route.to, describe(message)));
  if (!to.engine) return true;
  to.engine->election_message(ServerId{route.from}, message, now_);
  absorb(route.to);
  return true;
}

bool Cluster::answer_attempt() {
  const std::optional<Attempt> attempt = network_.next_attempt();
  if (!attempt) return false;
  Machine& learner = machines_.at(attempt->learner);
  Machine& leader = machines_.at(attempt->leader);
  if (!learner.engine) return true;
  if (!leader.is_there() || !leader.listens) {
    learner.engine->link_down(attempt->learner_end, now_);
    absorb(learner.id);
    return true;
  }
  const Link& link = network_.connect(*attempt);
  if (leader.engine) {
    leader.engine->link_up(link.leader_end, now_);
    absorb(leader.id);
  }
  learner.engine->link_up(link.learner_end, now_);
  absorb(learner.id);
  return true;
}

std::string Cluster::next_packet(Route route) {
  Link* link = network_.next_traffic(route);
  if (link == nullptr) return "";
  const Traffic& traffic = link->queue(route).front();
  if (const auto* packet = std::get_if<Packet>(&traffic)) return describe(decode(packet->bytes));
  return std::holds_alternative<Piece>(traffic) ? "PIECE" : "END";
}

// --- Puppets

bool Cluster::send_as_puppet(Route route, const quorum::QuorumPacket& packet) {
  Link* link = network_.newest(route);
  if (link == nullptr) return false;
  link->queue(route).push_back(Packet{Bytes(jute::encoded(packet))});
  return true;
}

bool Cluster::send_piece_as_puppet(Route route, const std::string& image) {
  Link* link = network_.newest(route);
  if (link == nullptr) return false;
  link->queue(route).push_back(Piece{Bytes(image)});
  return true;
}

void Cluster::vote_as_puppet(Route route, const quorum::Notification& message) {
  network_.notify(route, message);
}

void Cluster::hang_up_as_puppet(Route route) {
  if (Link* link = network_.newest(route)) network_.close(route.from, link->end_at(route.from));
}

// --- Disks that are read

bool Cluster::answer_reads(int64_t id) {
  Machine& machine = machines_.at(id);
  if (!machine.runs()) return false;
  if (!machine.history_reads.empty()) {
    const store::HistoryRead read = machine.history_reads.front();
    machine.history_reads.erase(machine.history_reads.begin());
    machine.engine->history_fetched(machine.disk.read(read), now_);
    absorb(id);
    return true;
  }
  if (machine.snapshot_reads.empty()) return false;
  const store::SnapshotRead read = machine.snapshot_reads.front();
  machine.snapshot_reads.erase(machine.snapshot_reads.begin());
  if (read.close) {
    machine.images.erase(read.id);
    return true;
  }
  const auto fresh =
      machine.images.try_emplace(read.id, Image{machine.disk.checkpoint, image_of(machine.disk.state)});
  Image& image = fresh.first->second;
  store::SnapshotPiece piece{read.id, image.zxid, Bytes(image.rest.substr(0, piece_bytes_)), false};
  image.rest.erase(0, piece_bytes_);
  piece.last = image.rest.empty();
  machine.engine->snapshot_piece(piece, now_);
  absorb(id);
  return true;
}

// --- Everything, and time

bool Cluster::settle_once() {
  bool moved = answer_attempt();
  for (auto& [from, sender] : machines_) {
    for (auto& [to, receiver] : machines_) {
      if (from == to || !receiver.is_there()) continue;
      moved = deliver_vote({from, to}) || moved;
      if (!network_.is_held({from, to})) moved = deliver_packet({from, to}) || moved;
    }
  }
  for (auto& [id, machine] : machines_) {
    moved = answer_reads(id) || moved;
    if (!machine.runs() || machine.slow_disk || machine.disk.waiting() == 0) continue;
    complete_disk_work(id);
    moved = true;
  }
  return moved;
}

void Cluster::settle() {
  for (int steps = 0; !story_->went_wrong() && settle_once(); ++steps) {
    if (steps < kMostSteps) continue;
    story_->wrong("this goes on for ever");
    return;
  }
}

void Cluster::ask_oracle(int64_t id) {
  Machine& machine = machines_.at(id);
  machine.engine->oracle_says(*machine.oracle, now_.monotonic, now_);
  absorb(id);
}

void Cluster::run_ms(int64_t ms) {
  const Instant end = now_.monotonic.plus_ms(ms);
  settle();
  while (now_.monotonic < end && !story_->went_wrong()) {
    Instant next = end;
    for (const auto& [id, machine] : machines_) {
      if (!machine.runs()) continue;
      if (machine.oracle) next = std::min(next, now_.monotonic.plus_ms(kOracleMs));
      if (const auto wake = machine.engine->wake_at()) next = std::min(next, *wake);
    }
    now_.monotonic = std::min(end, std::max(next, now_.monotonic.plus_ms(1)));
    for (auto& [id, machine] : machines_) {
      if (!machine.runs()) continue;
      machine.engine->tick(now_);
      absorb(id);
      if (machine.oracle) ask_oracle(id);
    }
    settle();
  }
}

}  // namespace paddock::scenarios
