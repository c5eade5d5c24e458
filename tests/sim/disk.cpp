#include "tests/sim/disk.h"

#include <algorithm>
#include <utility>

#include "protocol/base/check.h"
#include "tests/sim/recovery_checker.h"
#include "tests/sim/trace.h"
#include "tests/sim/violation.h"

namespace paddock::sim {

Disk::Disk(Scheduler& scheduler, const Knobs& knobs, Random random)
    : scheduler_(scheduler), knobs_(knobs), random_(random) {
  if (knobs.real_log) files_ = std::make_unique<LogFiles>(knobs.segment_bytes, Random(random_.next()));
  if (knobs.first_zxid != Zxid{}) begin_at(knobs.first_zxid);
}

// As if the server had run until there, and its log had been purged since.
void Disk::begin_at(Zxid zxid) {
  durable_.epochs = {zxid.epoch(), zxid.epoch()};
  durable_.base = durable_.commit_point = zxid;
  durable_.checkpoint.merge(znode::State{znode::Options{}}.full_delta());
  durable_.checkpoint.applied = zxid;
  if (!files_) return;
  const Status begun = files_->begin_at(zxid);
  PADDOCK_CHECK(begun.ok(), "a new disk cannot be written: {}", begun.fault().message);
}

Result<store::Recovered> Disk::open(znode::State& state, DiskClient client) {
  ++life_;
  // What is staged may have become the base by the work that was under way.
  if (files_) {
    if (Status done = recover_files(state); !done.ok()) return done.fault();
  }
  durable_.staged.reset();
  lost_.clear();
  rotten_ = false;
  open_ = true;
  client_ = std::move(client);
  if (durable_.checkpoint.empty()) {
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
  recovered.damage = damage_;
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
  // As Store::submit(): deltas that come later are of the base that comes.
  if (std::holds_alternative<store::SnapshotEnd>(work)) {
    ++expected_bases_;
    deltas_.clear();
  }
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
  const auto* epochs = piece ? std::get_if<store::WriteEpochs>(&*piece) : nullptr;
  if (epochs != nullptr && epochs->epochs.current > 0) damage_.clear();
  if (piece && durable_.apply(*piece, true)) --expected_bases_;
}

void Disk::group_written() {
  if (files_ && !passed(write_files(notes_[writing_ - 1]))) return;
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
  if (files_) {
    // What the files then hold only a start can tell.
    if (writing_ > 0) {
      files_->end_within(8);
      (void)write_files(notes_[writing_ - 1]);
    }
    lossy ? files_->cut_power() : files_->kill();
    lost_ = std::move(pending_);
  } else {
    const size_t stays = lossy ? random_.below(writing_ + 1) : writing_;
    for (size_t i = 0; i < stays; ++i) apply_durably(pending_[i], notes_[i]);
    durable_.staged.reset();
  }
  asked_ = durable_;
  asked_.checkpoint = {};
  pending_.clear();
  notes_.clear();
  writing_ = 0;
  expected_bases_ = 0;
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
  // It may be on another device than the log: one that is stuck does not stop the other.
  scheduler_.after_ns(ms * 1'000'000 + 1, [this, life = life_] {
    if (open_ && life == life_) write_checkpoint();
    if (open_ && life == life_) arm_checkpoint();
  });
}

// Never ahead of the log: what is checkpointed is durable there.
void Disk::write_checkpoint() {
  if (files_ && !files_->has_checkpoint()) {
    passed(fill_checkpoint());
    return;
  }
  if (expected_bases_ > 0) return purge();
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
  if (files_) return purge_to(files_->base_of_log());
  const Zxid keep_above = pinned();
  const auto kept = std::upper_bound(durable_.entries.begin(), durable_.entries.end(), keep_above,
                                     [](Zxid at, const store::Append& entry) { return at < entry.zxid; });
  const auto below = static_cast<size_t>(kept - durable_.entries.begin());
  if (below <= knobs_.kept_log) return;
  purge_to(durable_.entries[below - knobs_.kept_log - 1].zxid);
}

// The log of a snapshot that was asked for and is not the base yet is another one.
void Disk::purge_to(Zxid zxid) {
  durable_.purge(zxid);
  const bool same_log = std::none_of(pending_.begin(), pending_.end(), [](const auto& work) {
    return work && std::holds_alternative<store::SnapshotEnd>(*work);
  });
  if (same_log) asked_.purge(zxid);
}

Zxid Disk::pinned() const {
  Zxid lowest = durable_.checkpoint.applied;
  for (const auto& [id, image] : images_) lowest = std::min(lowest, image.zxid);
  return lowest;
}

// --- Files

Status Disk::recover_files(znode::State& state) {
  const uint64_t failures = files_->failures();
  Status done = adopt_files(state);
  if (!done.ok() && rotten_ && files_->failures() == failures) {
    done = files_->put_aside(done.fault().message);
    znode::State empty(state.options());
    state.swap(empty);
    if (done.ok()) {
      forget();
      done = adopt_files(state);
    }
  }
  if (done.ok()) return done;
  require(files_->failures() > failures, "Z10", "a start finds damage where there is none: {}",
          done.fault().message);
  files_->kill();
  return done;
}

void Disk::forget() {
  durable_ = {};
  lost_.clear();
  damage_.clear();
}

void Disk::wipe() {
  forget();
  if (files_) files_->wipe();
}

void Disk::rot() {
  if (files_) {
    rotten_ = files_->rot() || rotten_;
  } else {
    forget();
    damage_ = "the log is damaged";
  }
}

Status Disk::adopt_files(znode::State& state) {
  const auto found = files_->open();
  if (!found.ok()) return found.fault();
  // As a start of the store judges.
  const Zxid applied = files_->has_checkpoint() ? durable_.checkpoint.applied : found->base.zxid;
  if (found->log.base > applied || found->log.last < applied) {
    return make_fault("the log goes from {} to {}, and the checkpoint is at {}", text(found->log.base),
                      text(found->log.last), text(applied));
  }
  check_recovery(durable_, lost_, {found->epochs, found->log.base, found->log.records, found->log.last});
  const auto damage = files_->damage();
  if (!damage.ok()) return damage.fault();
  damage_ = *damage;
  StateImage received;
  if (!files_->has_checkpoint()) {
    if (Status done = files_->load_snapshot(state); !done.ok()) return done;
    received.merge(state.full_delta());
    durable_.checkpoint = std::move(received);
  }
  durable_.epochs = found->epochs;
  durable_.base = found->log.base;
  durable_.entries.assign(found->log.records.begin(), found->log.records.end());
  durable_.commit_point = found->log.commit_point;
  return ok_status();
}

Status Disk::write_files(Zxid committed) {
  const std::vector<LogFiles::Work> group(pending_.begin(),
                                          pending_.begin() + static_cast<std::ptrdiff_t>(writing_));
  return files_->carry_out(group, {committed, durable_.checkpoint.applied, pinned()});
}

// As a start would read it from the snapshot's file.
Status Disk::fill_checkpoint() {
  znode::State state{znode::Options{}};
  if (Status done = files_->load_snapshot(state); !done.ok()) return done;
  PADDOCK_CHECK(state.checksum() == durable_.checkpoint.checksum,
                "the snapshot at {:#x} is not what was sent", durable_.checkpoint.applied.value);
  return files_->checkpoint_filled();
}

bool Disk::passed(const Status& done) {
  if (done.ok()) return true;
  writing_ = 0;  // nothing is tried again
  const auto failed = client_.failed;
  failed(done.fault());
  return false;
}

void Disk::fail_soon() {
  if (files_) files_->fail_soon(random_.one_in(2) ? "Input/output error" : "No space left on device");
}

void Disk::fill(bool full) {
  if (files_) files_->fill(full);
}

void Disk::heal() {
  if (files_) files_->heal();
}

void Disk::check_fork() const {
  if (!files_) return;
  LogFiles fork = files_->forked();
  const auto found = fork.open();
  require(found.ok(), "Z10", "after a power cut a start would find damage: {}",
          found.ok() ? std::string() : found.fault().message);
  check_recovery(durable_, {}, {found->epochs, found->log.base, found->log.records, found->log.last});
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
  if (files_) {
    const auto fetched = files_->read(wanted);
    if (!fetched.ok()) {
      passed(fetched.fault());
    } else {
      client_.history_fetched(*fetched);
    }
    return;
  }
  store::HistoryFetched fetched;
  fetched.id = wanted.id;
  const bool leads_to_start = wanted.after.counter() == 0 && durable_.base < wanted.after;
  fetched.contiguous =
      wanted.after == durable_.base || durable_.find(wanted.after) != nullptr || leads_to_start;
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
