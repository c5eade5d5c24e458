#include "server/zab/synchronizer.h"

#include <memory>
#include <string>
#include <utility>

#include "server/zab/packets.h"

namespace paddock::zab {

std::vector<LogEntry> Synchronizer::entries_in_memory(bool with_tail) const {
  const auto& committed = core_.ledger.history().entries();
  std::vector<LogEntry> entries(committed.begin(), committed.end());
  if (with_tail) entries.insert(entries.end(), core_.ledger.tail().begin(), core_.ledger.tail().end());
  return entries;
}

void Synchronizer::begin(LearnerLink& link, Covers covers) {
  std::vector<LogEntry> entries = entries_in_memory(covers == Covers::everything_logged);
  KnownLog known{core_.ledger.history().before(), {}, started_};
  for (const LogEntry& entry : entries) known.entries.push_back(entry.zxid);
  const SyncPlan plan = plan_sync(known, link.position);
  link.stage = LearnerLink::Stage::syncing;
  link.sync = std::make_unique<SyncSender>(core_, link.id, plan, known.before, std::move(entries));
  const SyncSender::Progress progress = link.sync->begin();
  if (progress == SyncSender::Progress::going_on && is_one_too_many(link)) return turn_away(link);
  went_on(link, progress);
}

bool Synchronizer::is_one_too_many(const LearnerLink& link) const {
  if (!link.observer) return false;
  const bool image = link.sync->sends_image();
  size_t alike = 0;
  links_.for_each(
      [&](const LearnerLink& other) { alike += other.sync && other.sync->sends_image() == image; });
  return alike > (image ? core_.options.snapshot_syncs : core_.options.diff_syncs);
}

void Synchronizer::turn_away(LearnerLink& link) {
  links_.close(link, link.sync->sends_image() ? "leader.maxConcurrentSnapSyncs are under way"
                                              : "leader.maxConcurrentDiffSyncs are under way");
}

LearnerLink* Synchronizer::link_with(const std::function<bool(const SyncSender&)>& wanted) {
  LearnerLink* found = nullptr;
  links_.for_each([&](LearnerLink& link) {
    if (link.sync && wanted(*link.sync)) found = &link;
  });
  return found;
}

void Synchronizer::drained(LearnerLink& link) {
  if (link.sync) went_on(link, link.sync->drained());
}

void Synchronizer::fetched(const store::HistoryFetched& history) {
  LearnerLink* link = link_with([&](const SyncSender& sync) { return sync.awaits_history(history.id); });
  if (!link) return;
  const bool had_image = link->sync->sends_image();
  const SyncSender::Progress progress = link->sync->fetched(history);
  // The disk knows no way, so it is to be a snapshot after all.
  if (!had_image && link->sync->sends_image() && is_one_too_many(*link)) return turn_away(*link);
  went_on(*link, progress);
}

void Synchronizer::image(const store::SnapshotPiece& piece) {
  LearnerLink* link = link_with([&](const SyncSender& sync) { return sync.awaits_image(piece.id); });
  if (link) went_on(*link, link->sync->image(piece));
}

void Synchronizer::went_on(LearnerLink& link, SyncSender::Progress progress) {
  link.heard = last_progress_ = core_.now;
  switch (progress) {
    case SyncSender::Progress::going_on:
      return;
    case SyncSender::Progress::impossible:
      return links_.close(link);
    case SyncSender::Progress::finished:
      return send_new_leader(link);
  }
}

void Synchronizer::send_new_leader(LearnerLink& link) {
  // The image may be newer than the plan; what it holds must not be proposed again.
  const Zxid held = link.sync->sent();
  std::erase_if(link.queue, [held](const LearnerLink::Queued& queued) { return queued.zxid <= held; });
  link.sync.reset();
  link.stage = LearnerLink::Stage::holding;
  const Zxid epoch_start = Zxid::of(epoch_, 0);
  // The learner uses it from UPTODATE on, so not one that is only being proposed in this epoch: that comes
  // behind UPTODATE. ZooKeeper's leaders send it.
  const Configs& configs = core_.configs;
  const bool begins_with_it = configs.proposed().version <= epoch_start.value;
  const Membership& config = begins_with_it ? configs.proposed() : configs.committed();
  links_.send(link, encode_packet(PacketType::new_leader, epoch_start, config.to_text()));
}

}  // namespace paddock::zab
