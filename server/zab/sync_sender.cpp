#include "server/zab/sync_sender.h"

#include <utility>

#include "server/zab/packets.h"

namespace paddock::zab {
namespace {

constexpr size_t kPieceBytes = 1 << 20;

}  // namespace

SyncSender::SyncSender(Core& core, LinkId link, const SyncPlan& plan, Zxid before,
                       std::vector<LogEntry> entries)
    : core_(core),
      link_(link),
      before_(before),
      entries_(std::move(entries)),
      plan_(plan),
      sent_(plan.after) {}

SyncSender::Progress SyncSender::go_on() {
  while (step_ != Step::done && !waits_for_disk_ && !waits_for_link_) {
    switch (step_) {
      case Step::open:
        open();
        break;
      case Step::image:
        read_image();
        break;
      case Step::disk:
        read_disk();
        break;
      case Step::memory:
        send_next_from_memory();
        break;
      case Step::done:
        break;
    }
  }
  return step_ == Step::done ? Progress::finished : Progress::going_on;
}

void SyncSender::open() {
  if (plan_.kind == SyncKind::snap) {
    image_read_ = ++core_.last_read;
    step_ = Step::image;
  } else if (plan_.from_disk) {
    step_ = Step::disk;
  } else {
    send_opening(plan_.kind == SyncKind::trunc ? PacketType::trunc : PacketType::diff, plan_.opening);
    step_ = Step::memory;
  }
}

void SyncSender::send_opening(quorum::PacketType type, Zxid zxid) {
  if (std::exchange(opened_, true)) return;
  core_.send(link_, encode_packet(type, zxid));
}

void SyncSender::send_entry(Zxid zxid, const Bytes& txn) {
  const Bytes proposal = encode_packet(PacketType::proposal, zxid, txn.view());
  const Bytes commit = encode_packet(PacketType::commit, zxid);
  count(proposal.size() + commit.size());
  core_.send(link_, proposal);
  core_.send(link_, commit);
  sent_ = zxid;
}

// A burst of this size takes any link above its host's mark, so that it will be said to have drained. Nothing
// is certain of a smaller one: the next begins when the disk has answered.
void SyncSender::count(size_t bytes) {
  burst_bytes_ += bytes;
  if (burst_bytes_ > kMaxLowWaterBytes) waits_for_link_ = true;
}

void SyncSender::send_next_from_memory() {
  while (next_entry_ < entries_.size() && entries_[next_entry_].zxid <= sent_) ++next_entry_;
  if (next_entry_ == entries_.size()) {
    step_ = Step::done;
    return end();
  }
  send_entry(entries_[next_entry_].zxid, entries_[next_entry_].txn);
}

// --- What the disk gives

void SyncSender::read_image() {
  waits_for_disk_ = true;
  core_.ready.snapshot_reads.push_back({image_read_, false});
}

SyncSender::Progress SyncSender::image(const store::SnapshotPiece& piece) {
  waits_for_disk_ = false;
  burst_bytes_ = 0;
  send_opening(PacketType::snap, piece.zxid);
  sent_ = piece.zxid;
  count(piece.bytes.size());
  core_.ready.messages.emplace_back(SnapshotOut{link_, piece.bytes});
  if (piece.last) step_ = sent_ < before_ ? Step::disk : Step::memory;
  return go_on();
}

void SyncSender::read_disk() {
  waits_for_disk_ = true;
  history_read_ = ++core_.last_read;
  // To an entry that exists: `before_` may be the start of an epoch, which is in no log.
  const Zxid until = entries_.empty() ? before_ : entries_.front().zxid;
  core_.ready.history_reads.push_back({history_read_, sent_, until, kPieceBytes});
}

SyncSender::Progress SyncSender::fetched(const store::HistoryFetched& history) {
  waits_for_disk_ = false;
  burst_bytes_ = 0;
  // Nothing more, though the end was not reached: right only if the end is no entry.
  const bool exhausted = history.records.empty() && !history.complete;
  const bool ends_at_start_of_epoch = entries_.empty() && before_.counter() == 0;
  if (!history.contiguous || (exhausted && !ends_at_start_of_epoch)) {
    if (opened_) return Progress::impossible;
    plan_ = {};
    step_ = Step::open;
    return go_on();
  }
  send_opening(PacketType::diff, plan_.opening);
  for (const store::Append& record : history.records) {
    if (record.zxid > sent_) send_entry(record.zxid, record.txn);
  }
  if (history.complete || exhausted) step_ = Step::memory;
  return go_on();
}

SyncSender::Progress SyncSender::drained() {
  waits_for_link_ = false;
  burst_bytes_ = 0;
  return go_on();
}

void SyncSender::end() {
  if (image_read_ != 0) core_.ready.snapshot_reads.push_back({std::exchange(image_read_, 0), true});
}

}  // namespace paddock::zab
