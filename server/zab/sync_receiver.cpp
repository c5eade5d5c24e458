#include "server/zab/sync_receiver.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "server/zab/membership_lines.h"
#include "server/zab/packets.h"

namespace paddock::zab {

using Outcome = SyncReceiver::Outcome;

Outcome SyncReceiver::ask_for_snapshot() {
  core_.wants_snapshot = true;
  return Outcome::refused;
}

Outcome SyncReceiver::receive(const quorum::QuorumPacket& packet) {
  const Zxid zxid{packet.zxid};
  const auto type = static_cast<PacketType>(packet.type);
  if (base_ == Base::none) return open(packet);
  if (base_ == Base::image && !image_complete_) return Outcome::refused;
  switch (type) {
    case PacketType::proposal:
      return take_proposal(zxid, packet.data);
    case PacketType::commit:
    case PacketType::commit_and_activate:
      return take_commit(zxid);
    case PacketType::inform:
      if (take_proposal(zxid, packet.data) == Outcome::refused) return Outcome::refused;
      return take_commit(zxid);
    case PacketType::inform_and_activate:
      if (packet.data.size() < 8) return Outcome::refused;
      if (take_proposal(zxid, packet.data.view().substr(8)) == Outcome::refused) return Outcome::refused;
      return take_commit(zxid);
    case PacketType::new_leader:
      if (new_leader_ || zxid != Zxid::of(epoch_, 0)) return Outcome::refused;
      new_leader_ = true;
      take_config(packet.data);
      return Outcome::going_on;
    case PacketType::up_to_date:
      return held_ ? Outcome::up_to_date : Outcome::refused;
    default:
      return Outcome::going_on;  // a PING above all: nobody answers it here
  }
}

// --- The opening

Outcome SyncReceiver::open(const quorum::QuorumPacket& packet) {
  const Zxid zxid{packet.zxid};
  switch (static_cast<PacketType>(packet.type)) {
    case PacketType::diff:
      // Said to a position 0 that was none: it takes this server's history for its own beginning.
      if (core_.wants_snapshot) return Outcome::refused;
      base_ = Base::log;
      inherited_ = core_.disk.log().appended();
      return Outcome::going_on;
    case PacketType::trunc:
      return core_.wants_snapshot ? Outcome::refused : open_truncated(zxid);
    case PacketType::snap:
      return open_image(zxid);
    case PacketType::ping:
      return Outcome::going_on;
    default:
      return Outcome::refused;
  }
}

Outcome SyncReceiver::open_truncated(Zxid last) {
  // Below what is committed here, or at a place that this log does not have: cut there it would end
  // elsewhere.
  if (!core_.ledger.can_end_at(last)) return ask_for_snapshot();
  core_.holds_start_of.reset();
  core_.ledger.truncate(last);
  core_.disk.truncate(last);
  core_.look_for_proposals();
  base_ = Base::log;
  inherited_ = last;
  return Outcome::going_on;
}

Outcome SyncReceiver::open_image(Zxid base) {
  if (base < Zxid{} || base.epoch() > epoch_) return Outcome::refused;
  base_ = Base::image;
  image_zxid_ = inherited_ = base;
  core_.disk.begin_snapshot(base);
  core_.tell(StateBegin{base});
  return Outcome::going_on;
}

Outcome SyncReceiver::receive_image(Bytes piece, bool last) {
  if (base_ != Base::image || image_complete_) return Outcome::refused;
  image_complete_ = last;
  core_.disk.add_snapshot_chunk(piece);
  core_.tell(StatePiece{std::move(piece), last});
  return Outcome::going_on;
}

void SyncReceiver::refuse_image() {
  core_.wants_snapshot = true;
}

// --- The stream

// As far as anybody can see. A hole is remembered, so that the same one is believed when it comes with a
// whole history.
bool SyncReceiver::continues(Zxid last, Zxid next) {
  if (next == last.next() || (next.epoch() > last.epoch() && next.counter() == 1)) return true;
  return !core_.holes_met.emplace(last, next).second && base_ == Base::image;
}

Outcome SyncReceiver::take_proposal(Zxid zxid, const quorum::Buffer& txn) {
  const Zxid last = core_.disk.log().appended();
  if (zxid.epoch() > epoch_) return Outcome::refused;
  // A Java leader's queue begins where it stood when it chose SNAP; the tree that it writes then has more.
  if (base_ == Base::image && zxid <= image_zxid_) return Outcome::going_on;
  // An epoch that this server has seen in use began above it.
  if (!appends_to_image() && zxid <= core_.ledger.end()) return Outcome::refused;
  if (zxid <= last || !continues(last, zxid)) {
    reason_ = fmt::format("it proposed {:#x} behind {:#x}", zxid.value, last.value);
    return ask_for_snapshot();
  }
  if (const Status usable = core_.check_txn(zxid, txn); !usable.ok()) {
    reason_ = usable.fault().message;
    return Outcome::refused;
  }
  append(zxid, own_bytes(txn));
  unacknowledged_.push_back(zxid);
  return Outcome::going_on;
}

void SyncReceiver::append(Zxid zxid, Bytes txn) {
  // Behind an image it is looked for when that is the log: it proves nothing of what this log still holds.
  if (!appends_to_image()) core_.note_logged(txn);
  // Then the history of that epoch began otherwise than this one does: it was never established.
  if (core_.holds_start_of && zxid < Zxid::of(*core_.holds_start_of, 1)) core_.holds_start_of.reset();
  core_.disk.append(zxid, txn);
  if (appends_to_image()) {
    staged_.push_back({zxid, std::move(txn)});
  } else {
    core_.ledger.append(zxid, std::move(txn));
  }
}

Outcome SyncReceiver::take_commit(Zxid zxid) {
  if (zxid > core_.disk.log().appended()) return Outcome::refused;
  inherited_ = std::max(inherited_, zxid);
  // A member of the initial history: the ACK of NEWLEADER speaks for it. Later ones are acknowledged one by
  // one.
  if (!new_leader_) {
    std::erase_if(unacknowledged_, [&](Zxid waiting) { return waiting <= zxid; });
  }
  return Outcome::going_on;
}

// --- NEWLEADER and UPTODATE

void SyncReceiver::advance() {
  if (!new_leader_ || history_asked_ || (base_ == Base::image && !image_seen_)) return;
  history_asked_ = true;
  if (base_ == Base::image) {
    core_.holds_start_of.reset();
    core_.disk.end_snapshot();
    core_.ledger.replace(image_zxid_, std::move(staged_));
    core_.look_for_proposals();
    if (config_) core_.configs.announce(*config_);
  }
  // A server that may have forgotten what it promised enters the epoch when it knows that the leader leads.
  const DiskSeq held = core_.forgetful ? core_.disk.asked() : core_.disk.enter_epoch(epoch_);
  core_.outbox.hold(held, HistoryPromise{epoch_});
}

void SyncReceiver::finish() {
  core_.commit_to(inherited_);
  if (config_) core_.configs.adopt(*config_);
}

// Releases before 3.5 send none. One that is newer than the initial history was committed behind the plan, or
// is only proposed (Java's leaders announce that, too): it comes behind UPTODATE, and takes no place before.
void SyncReceiver::take_config(const quorum::Buffer& text) {
  if (!core_.options.reconfig_enabled || text.is_null()) return;
  auto config = parse_membership(text.view());
  if (!config || config->members.empty()) return;
  if (config->version > std::max(inherited_, Zxid::of(epoch_, 0)).value) return;
  core_.configs.announce(*config);
  config_ = std::move(*config);
}

void SyncReceiver::abandon() {
  // Without the ACK of NEWLEADER nobody counts on what this stream announced.
  if (!held_ && !core_.ledger.base_is_pending()) core_.look_for_proposals();
  if (base_ != Base::image) return;
  if (core_.ledger.base_is_pending()) return core_.ledger.adopt_base(core_.ready.sequence);
  core_.disk.abandon_snapshot();
  core_.tell(StateAbandoned{});
}

}  // namespace paddock::zab
