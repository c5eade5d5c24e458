#include "server/zab/broadcast.h"

#include <set>
#include <utility>

#include "protocol/base/check.h"
#include "server/zab/packets.h"

namespace paddock::zab {
namespace {

void note_sent(LearnerLink& link, Zxid zxid, Instant now) {
  if (!link.counts) return;
  if (!link.unacknowledged) link.unacknowledged = {zxid, now, zxid, now};
  link.unacknowledged->newest = zxid;
  link.unacknowledged->newest_sent = now;
}

void note_acknowledged(LearnerLink& link, Zxid zxid) {
  auto& waiting = link.unacknowledged;
  if (!waiting || zxid < waiting->oldest) return;
  if (zxid >= waiting->newest) {
    waiting.reset();
  } else {
    waiting->oldest = waiting->newest;
    waiting->oldest_sent = waiting->newest_sent;
  }
}

}  // namespace

Broadcast::Broadcast(Core& core, LearnerLinks& links, Zxid epoch_start)
    : core_(core), links_(links), last_proposed_(epoch_start), tally_(core.configs, epoch_start) {}

void Broadcast::propose(Zxid zxid, Bytes txn) {
  PADDOCK_CHECK(zxid == last_proposed_.next(), "{:#x} proposed behind {:#x}", zxid.value,
                last_proposed_.value);
  last_proposed_ = zxid;
  core_.note_logged(txn);
  core_.disk.append(zxid, txn);
  Bytes packet;
  links_.for_each([&](LearnerLink& link) {
    if (link.observer || !link.takes_broadcast()) return;
    if (packet.empty()) packet = encode_packet(PacketType::proposal, zxid, txn.view());
    links_.broadcast(link, zxid, packet);
    if (link.is_active()) note_sent(link, zxid, core_.now);
  });
  core_.ledger.append(zxid, std::move(txn));
  links_.drop_overfull();
}

void Broadcast::catch_up(LearnerLink& link) {
  if (link.observer) return;
  for (const LogEntry& entry : core_.ledger.tail()) {
    links_.broadcast(link, entry.zxid, encode_packet(PacketType::proposal, entry.zxid, entry.txn.view()));
  }
}

void Broadcast::activated(LearnerLink& link) {
  // What its queue holds, flushed by now, is on its way.
  if (!core_.ledger.tail().empty()) note_sent(link, core_.ledger.tail().back().zxid, core_.now);
  ask_in_round(link);
}

void Broadcast::reconfigured() {
  links_.for_each([this](LearnerLink& link) {
    if (link.is_active() && link.round_ping == 0) ask_in_round(link);
  });
  look_at_round();
}

void Broadcast::forget(const LearnerLink& link) {
  if (link.counts) tally_.forget(link.server);
}

bool Broadcast::acknowledged(LearnerLink& link, Zxid zxid) {
  if (zxid > last_proposed_) return false;
  // An entry of the sync, or one that was committed meanwhile.
  if (zxid <= core_.ledger.last_committed()) return note_acknowledged(link, zxid), true;
  if (!link.is_active() || link.observer) return false;
  note_acknowledged(link, zxid);
  if (link.counts) tally_.acknowledge(link.server, zxid);
  return true;
}

// --- Rule 7

void Broadcast::request_sync(uint64_t id) {
  rounds_.request(id, last_proposed_);
  go_round();
}

uint64_t Broadcast::request_proof() {
  const uint64_t round = rounds_.want_round();
  go_round();
  return round;
}

void Broadcast::go_round() {
  if (!rounds_.wants_round()) return;
  rounds_.start_round();
  links_.for_each([&](LearnerLink& link) {
    link.round_ping = 0;
    if (!link.counts || !link.is_active()) return;
    ping(link);
    link.round_ping = link.pings_sent;
  });
  look_at_round();
}

void Broadcast::ask_in_round(LearnerLink& link) {
  if (!rounds_.running() || !link.counts) return;
  ping(link);
  link.round_ping = link.pings_sent;
}

void Broadcast::look_at_round() {
  if (!rounds_.running()) return;
  std::set<ServerId> answered{core_.options.self};
  links_.for_each([&](const LearnerLink& link) {
    if (link.round_ping != 0 && link.pings_answered >= link.round_ping) answered.insert(link.server);
  });
  if (!core_.configs.is_quorum(answered)) return;
  rounds_.round_answered();
  go_round();
}

void Broadcast::ping(LearnerLink& link) {
  links_.send(link, encode_packet(PacketType::ping, last_proposed_));
  if (link.is_active()) ++link.pings_sent;
}

bool Broadcast::ping_answered(LearnerLink& link) {
  if (!link.answer_ping()) return false;
  if (link.pings_answered == link.round_ping) look_at_round();
  return true;
}

// --- Commit

void Broadcast::advance() {
  const auto answer_syncs = [this] {
    const auto& tail = core_.ledger.tail();
    const Zxid committed = tail.empty() ? last_proposed_ : Zxid{tail.front().zxid.value - 1};
    rounds_.drain(committed, [this](uint64_t id) { core_.tell(SyncPoint{id}); });
  };
  if (core_.is_voter()) tally_.acknowledge(core_.options.self, core_.disk.log().durable());
  answer_syncs();
  while (outstanding() > 0 && !handed_to_ && core_.ledger.tail().front().zxid <= tally_.agreed()) {
    commit_next();
    answer_syncs();
  }
  links_.drop_overfull();
}

void Broadcast::commit_next() {
  const LogEntry& next = core_.ledger.tail().front();
  const bool activates = core_.configs.is_pending() && core_.configs.proposed().version == next.zxid.value;
  if (activates) return commit_reconfiguration(core_.configs.proposed());
  send_commit(next, std::nullopt);
  core_.commit_to(next.zxid);
}

void Broadcast::commit_reconfiguration(const Membership& next) {
  const LogEntry& entry = core_.ledger.tail().front();
  const ServerId leader = leader_under(next);
  send_commit(entry, leader);
  if (leader != core_.options.self) handed_to_ = leader;
  core_.commit_to(entry.zxid);
}

ServerId Broadcast::leader_under(const Membership& next) const {
  const ServerId self = core_.options.self;
  const auto before = core_.configs.committed().members.find(self);
  const auto after = next.members.find(self);
  const bool stays = next.is_voter(self) && before != core_.configs.committed().members.end() &&
                     before->second.quorum == after->second.quorum;
  if (stays) return self;
  ServerId best = self;
  std::optional<Zxid> furthest;
  for (const auto& [id, member] : next.members) {
    if (member.observer || id == self) continue;
    const std::optional<Zxid> position = tally_.position_of(id);
    if (!position || (furthest && *position <= *furthest)) continue;
    best = id;
    furthest = position;
  }
  return best;
}

// `leader`: of a reconfiguration.
void Broadcast::send_commit(const LogEntry& entry, std::optional<ServerId> leader) {
  Bytes commit;
  Bytes inform;
  links_.for_each([&](LearnerLink& link) {
    if (!link.takes_broadcast()) return;
    Bytes& packet = link.observer ? inform : commit;
    if (packet.empty()) packet = encode_commit(entry.zxid, link.observer ? entry.txn : Bytes(), leader);
    links_.broadcast(link, entry.zxid, packet);
  });
}

}  // namespace paddock::zab
