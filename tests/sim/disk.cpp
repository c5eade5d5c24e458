#include "tests/sim/disk.h"

#include <algorithm>
#include <utility>

#include "protocol/base/check.h"

namespace paddock::sim {

store::Recovered Disk::open(znode::State& state, DiskClient client) {
  ++life_;
  open_ = true;
  client_ = std::move(client);
  durable_.staged.reset();
  if (!std::exchange(used_, true)) {
    durable_.checkpoint.merge(state.full_delta());
  } else {
    state.begin_load();
    for (const auto& [key, value] : durable_.checkpoint.entries) {
      const Status loaded = znode::load_entry(state, key, value);
      PADDOCK_CHECK(loaded.ok(), "the checkpoint does not load: {}", loaded.fault().message);
    }
    const Status whole = state.finish_load(durable_.checkpoint.applied, durable_.checkpoint.checksum);
    PADDOCK_CHECK(whole.ok(), "the checkpoint is not what was stored: {}", whole.fault().message);
  }
  asked_ = durable_;
  asked_.checkpoint = {};
  arm_checkpoint();
  store::Recovered recovered;
  recovered.epochs = durable_.epochs;
  recovered.checkpoint = durable_.checkpoint.applied;
  recovered.commit_point = std::max(durable_.commit_point, recovered.checkpoint);
  recovered.last_logged = durable_.last();
  for (const store::Append& entry : durable_.entries) {
    if (entry.zxid > recovered.checkpoint) recovered.tail.push_back({{}, entry.zxid, entry.txn});
  }
  recovered.empty = recovered.last_logged == Zxid{} && recovered.epochs == store::Epochs{};
  return recovered;
}

void Disk::later(int64_t ns, std::function<void()> action) {
  const Instant when = std::max(Instant{scheduler_.now().ns + ns}, stalled_until_);
  scheduler_.at(when, [this, life = life_, action = std::move(action)] {
    if (open_ && life == life_) action();
  });
}

// --- The log

void Disk::ask(store::LogWork work, Zxid committed) {
  asked_.apply(work, false);
  pending_.emplace_back(std::move(work));
  notes_.push_back(committed);
}

void Disk::submit() {
  if (writing_ == 0) write_group();
}

void Disk::note(Zxid committed) {
  pending_.emplace_back();
  notes_.push_back(committed);
  submit();
}

void Disk::write_group() {
  if (pending_.empty()) return;
  // A group takes what was there when it began, or less of it.
  writing_ = random_.one_in(3) ? 1 + random_.below(pending_.size()) : pending_.size();
  later(knobs_.sync.draw_ns(random_), [this] { group_written(); });
}

void Disk::apply_durably(const std::optional<store::LogWork>& piece, Zxid note) {
  durable_.commit_point = std::max(durable_.commit_point, note);
  // What was cut from the state before a snapshot came is of another base.
  if (piece && durable_.apply(*piece, true)) deltas_.clear();
}

void Disk::group_written() {
  DiskSeq last;
  for (; writing_ > 0; --writing_) {
    if (pending_.front()) last = store::seq_of(*pending_.front());
    apply_durably(pending_.front(), notes_.front());
    pending_.pop_front();
    notes_.pop_front();
  }
  write_group();
  for (const store::HistoryRead& wanted : std::exchange(waiting_reads_, {})) read(wanted);
  if (last != DiskSeq{}) client_.persisted(last);
}

void Disk::crash(bool lossy) {
  if (!open_) return;
  open_ = false;
  const size_t stays = lossy ? random_.below(writing_ + 1) : writing_;
  for (size_t i = 0; i < stays; ++i) apply_durably(pending_[i], notes_[i]);
  durable_.staged.reset();
  asked_ = durable_;
  asked_.checkpoint = {};
  pending_.clear();
  notes_.clear();
  writing_ = 0;
  deltas_.clear();
  images_.clear();
  waiting_reads_.clear();
  client_ = {};
}

// --- The checkpoint

void Disk::checkpoint(znode::Delta delta) {
  deltas_.push_back(std::move(delta));
}

void Disk::arm_checkpoint() {
  const auto ms = static_cast<int64_t>(random_.below(static_cast<uint64_t>(2 * knobs_.checkpoint_ms)));
  later(ms * 1'000'000 + 1, [this] {
    write_checkpoint();
    arm_checkpoint();
  });
}

// Never ahead of the log: what is checkpointed is durable there.
void Disk::write_checkpoint() {
  size_t ready = 0;
  while (ready < deltas_.size() && deltas_[ready].applied <= durable_.last()) ++ready;
  if (ready > 1 && random_.one_in(2)) ready = 1 + random_.below(ready);
  for (; ready > 0; --ready) {
    durable_.checkpoint.merge(deltas_.front());
    deltas_.pop_front();
  }
  purge();
}

void Disk::purge() {
  Zxid keep_above = durable_.checkpoint.applied;
  for (const auto& [id, image] : images_) keep_above = std::min(keep_above, image.zxid);
  const auto kept = std::upper_bound(durable_.entries.begin(), durable_.entries.end(), keep_above,
                                     [](Zxid at, const store::Append& entry) { return at < entry.zxid; });
  const auto below = static_cast<size_t>(kept - durable_.entries.begin());
  if (below <= knobs_.kept_log) return;
  const Zxid last_purged = durable_.entries[below - knobs_.kept_log - 1].zxid;
  durable_.purge(last_purged);
  asked_.purge(last_purged);
}

// --- Reading

void Disk::read(const store::HistoryRead& wanted) {
  if (wanted.last > durable_.last() && !pending_.empty()) {
    waiting_reads_.push_back(wanted);
    return;
  }
  later(knobs_.sync.draw_ns(random_) / 4, [this, wanted] { answer(wanted); });
}

void Disk::answer(const store::HistoryRead& wanted) {
  store::HistoryFetched fetched;
  fetched.id = wanted.id;
  fetched.contiguous = wanted.after == durable_.base || durable_.find(wanted.after) != nullptr;
  size_t bytes = 0;
  if (fetched.contiguous) {
    fetched.complete = true;
    for (const store::Append& entry : durable_.entries) {
      if (entry.zxid <= wanted.after) continue;
      if (entry.zxid > wanted.last) break;
      if (wanted.max_bytes > 0 && bytes > 0 && bytes + entry.txn.size() > wanted.max_bytes) {
        fetched.complete = false;
        break;
      }
      bytes += entry.txn.size();
      fetched.records.push_back({{}, entry.zxid, entry.txn});
    }
  }
  client_.history_fetched(fetched);
}

void Disk::read(const store::SnapshotRead& wanted) {
  if (wanted.close) {
    images_.erase(wanted.id);
    return;
  }
  if (!images_.contains(wanted.id)) {
    images_[wanted.id] = {durable_.checkpoint.applied, encode_stream(durable_.checkpoint), 0};
  }
  later(knobs_.sync.draw_ns(random_) / 4, [this, id = wanted.id] {
    const auto found = images_.find(id);
    if (found == images_.end()) return;
    OpenImage& image = found->second;
    store::SnapshotPiece piece;
    piece.id = id;
    piece.zxid = image.zxid;
    piece.bytes = Bytes(image.stream.substr(image.sent, knobs_.snapshot_piece_bytes));
    image.sent += piece.bytes.size();
    piece.last = image.sent == image.stream.size();
    client_.snapshot_piece(piece);
  });
}

}  // namespace paddock::sim
