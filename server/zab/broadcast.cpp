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
    : core_(core), links_(links), last_proposed_(epoch_start), tally_(core.membership, epoch_start) {}

void Broadcast::propose(Zxid zxid, Bytes txn) {
  PADDOCK_CHECK(zxid == last_proposed_.next(), "{:#x} proposed behind {:#x}", zxid.value,
                last_proposed_.value);
  last_proposed_ = zxid;
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
  if (rounds_.running() && link.counts) {
    ping(link);
    link.round_ping = link.pings_sent;
  }
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

void Broadcast::look_at_round() {
  if (!rounds_.running()) return;
  std::set<ServerId> answered{core_.options.self};
  links_.for_each([&](const LearnerLink& link) {
    if (link.round_ping != 0 && link.pings_answered >= link.round_ping) answered.insert(link.server);
  });
  if (!core_.membership.is_quorum(answered)) return;
  rounds_.round_answered();
  go_round();
}

void Broadcast::ping(LearnerLink& link) {
  links_.send(link, encode_packet(PacketType::ping, last_proposed_));
  if (link.is_active()) ++link.pings_sent;
}

bool Broadcast::ping_answered(LearnerLink& link) {
  if (link.pings_answered == link.pings_sent) return false;
  ++link.pings_answered;
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
  const Zxid agreed = tally_.agreed();
  answer_syncs();
  while (outstanding() > 0 && core_.ledger.tail().front().zxid <= agreed) {
    commit_next();
    answer_syncs();
  }
  links_.drop_overfull();
}

void Broadcast::commit_next() {
  const LogEntry& next = core_.ledger.tail().front();
  Bytes commit;
  Bytes inform;
  links_.for_each([&](LearnerLink& link) {
    if (!link.takes_broadcast()) return;
    Bytes& packet = link.observer ? inform : commit;
    if (packet.empty()) {
      packet = link.observer ? encode_packet(PacketType::inform, next.zxid, next.txn.view())
                             : encode_packet(PacketType::commit, next.zxid);
    }
    links_.broadcast(link, next.zxid, packet);
  });
  core_.ledger.commit_to(next.zxid, core_.ready.sequence);
}

}  // namespace paddock::zab
