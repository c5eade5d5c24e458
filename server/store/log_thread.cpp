#include "server/store/log_thread.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "server/store/damage.h"
#include "server/store/epoch_file.h"

namespace paddock::store {
namespace {

constexpr std::chrono::milliseconds kIdle{100};
// A larger group would only make its first records wait, and its buffer is kept.
constexpr size_t kGroupBytes = 4 << 20;

int64_t microseconds_since(std::chrono::steady_clock::time_point start) {
  const auto passed = std::chrono::steady_clock::now() - start;
  return std::chrono::duration_cast<std::chrono::microseconds>(passed).count();
}

}  // namespace

LogThread::LogThread(Env& env, std::unique_ptr<Wal> wal, const Base& base, Zxid noted, Options options,
                     const LogPins& pins, Hooks hooks, Fatal& fatal)
    : env_(env),
      options_(std::move(options)),
      pins_(pins),
      hooks_(std::move(hooks)),
      fatal_(fatal),
      base_(base),
      wal_(std::move(wal)),
      last_number_(base.number),
      damaged_(options_.damaged),
      written_{Zxid{}, noted, base.number},
      previous_checkpoint_(noted),
      wanted_(written_) {
  if (options_.spare != nullptr) wal_->use(*options_.spare);
  publish();
  thread_ = std::thread([this] { run(); });
}

LogThread::~LogThread() {
  stop();
}

void LogThread::submit(std::vector<LogWork> work, CommitPoint commit, bool may_wait) {
  bool wake = false;
  {
    std::lock_guard guard(mutex_);
    wanted_.commit = std::max(wanted_.commit, commit.committed);
    if (may_wait && may_write_inline(work)) {
      work_off(work, wanted_);
      return;
    }
    if (pending_.empty()) {
      pending_ = std::move(work);
    } else {
      std::move(work.begin(), work.end(), std::back_inserter(pending_));
    }
    wake = sleeping_ && (!pending_.empty() || !timed_);
  }
  if (wake) wake_.notify_one();
}

// Nothing is queued and the thread sleeps, so nothing can come in between; it cannot wake before the mutex is
// free.
bool LogThread::may_write_inline(const std::vector<LogWork>& work) const {
  return options_.inline_write_under_us > 0 && work.size() == 1 && std::holds_alternative<Append>(work[0]) &&
         sleeping_ && pending_.empty() && !fatal_.met() &&
         last_sync_us_ < static_cast<int64_t>(options_.inline_write_under_us);
}

void LogThread::checkpoint_reached(const Base& base, Zxid applied) {
  bool wake = false;
  {
    std::lock_guard guard(mutex_);
    if (base.number != wanted_.base) return;
    wanted_.checkpoint = std::max(wanted_.checkpoint, applied);
    wake = sleeping_ && !timed_;
  }
  if (wake) wake_.notify_one();
}

void LogThread::base_filled(const Base& base) {
  {
    std::lock_guard guard(mutex_);
    filled_ = base;
  }
  wake_.notify_one();
}

LogView LogThread::view() {
  std::unique_lock lock(mutex_);
  view_wanted_ = true;
  wake_.notify_one();
  idle_.wait(lock, [this] { return !view_wanted_; });
  return std::move(view_);
}

void LogThread::drain() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return pending_.empty() && !busy_; });
}

void LogThread::stop() {
  {
    std::lock_guard guard(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void LogThread::run() {
  std::vector<LogWork> work;
  std::unique_lock lock(mutex_);
  while (true) {
    wait_for_work(lock);
    const bool last = stopping_ && pending_.empty();
    work.swap(pending_);
    const Notes notes = wanted_;
    const bool view = view_wanted_;
    const std::optional<Base> filled = std::exchange(filled_, std::nullopt);
    busy_ = true;
    lock.unlock();
    if (filled) note_filled(*filled);
    if (!work.empty()) {
      work_off(work, notes);
    } else if (written_ != notes && !view) {
      write_group(notes);
    }
    work.clear();
    LogView seen;
    if (view) seen = {generation_, wal_->segments()};
    lock.lock();
    busy_ = false;
    if (view) view_ = std::move(seen), view_wanted_ = false;
    if (pending_.empty()) idle_.notify_all();
    if (last) return;
  }
}

// After work the sleep lasts until the log counts as idle; then, once what was to be noted is noted, for
// good.
void LogThread::wait_for_work(std::unique_lock<std::mutex>& lock) {
  const auto has_work = [this] { return !pending_.empty() || view_wanted_ || filled_ || stopping_; };
  sleeping_ = true;
  timed_ = true;
  if (!wake_.wait_for(lock, kIdle, has_work) && (wanted_ == written_ || fatal_.met())) {
    timed_ = false;
    wake_.wait(lock, [&] { return has_work() || (wanted_ != written_ && !fatal_.met()); });
    timed_ = true;
    if (!has_work()) wake_.wait_for(lock, kIdle, has_work);
  }
  sleeping_ = false;
}

void LogThread::work_off(std::vector<LogWork>& work, const Notes& notes) {
  size_t bytes = 0;
  for (LogWork& piece : work) {
    if (fatal_.met()) return;
    if (Append* append = std::get_if<Append>(&piece)) {
      bytes += append->txn.size();
      group_.push_back(std::move(*append));
      if (bytes < kGroupBytes) continue;
      bytes = 0;
      if (!write_group(notes)) return;
    } else {
      if (!group_.empty() && !write_group(notes)) return;
      bytes = 0;
      if (!do_one(piece)) return;
    }
  }
  if (!group_.empty()) write_group(notes);
}

// Writes group_, which may be empty, and tells what is durable.
bool LogThread::write_group(const Notes& notes) {
  if (fatal_.met()) return false;
  const auto start = std::chrono::steady_clock::now();
  if (staged_ && !group_.empty()) {
    // The checkpoint that `notes` tells of is not this log's.
    if (!fatal_.passed(staged_->wal().append_group(group_, {notes.commit}, Zxid{}))) return false;
    group_.clear();
    return true;
  }
  if (!fatal_.passed(write_notes(notes))) return false;
  last_sync_us_ = microseconds_since(start);
  publish();
  if (!group_.empty()) hooks_.on_persisted(group_.back().seq);
  group_.clear();
  return true;
}

Status LogThread::write_notes(const Notes& notes) {
  const Zxid checkpoint = notes.base == base_.number ? notes.checkpoint : written_.checkpoint;
  if (Status done = wal_->append_group(group_, {notes.commit}, checkpoint); !done.ok()) return done;
  if (checkpoint > written_.checkpoint) {
    ++generation_;
    if (Status done = wal_->purge(pins_.lowest(previous_checkpoint_)); !done.ok()) return done;
    previous_checkpoint_ = checkpoint;
  }
  written_ = {notes.commit, checkpoint, base_.number};
  return ok_status();
}

bool LogThread::do_one(const LogWork& work) {
  const Status done = std::visit([this](const auto& piece) { return carry_out(piece); }, work);
  if (!fatal_.passed(done)) return false;
  if (std::holds_alternative<SnapshotBegin>(work) || std::holds_alternative<SnapshotChunk>(work)) return true;
  publish();
  hooks_.on_persisted(seq_of(work));
  return true;
}

Status LogThread::carry_out(const Append& append) {
  PADDOCK_CHECK(false, "the append of 0x{:x} is no work of its own", append.zxid.value);
  return ok_status();
}

Status LogThread::carry_out(const Truncate& truncate) {
  PADDOCK_CHECK(!staged_, "a truncation to 0x{:x} while a base is staged", truncate.last.value);
  ++generation_;
  return wal_->truncate(truncate.last);
}

Status LogThread::carry_out(const WriteEpochs& epochs) {
  if (Status done = write_epochs(env_, options_.directories.data, epochs.epochs); !done.ok()) return done;
  if (!damaged_ || epochs.epochs.current == 0) return ok_status();
  damaged_ = false;
  return forget_damage(env_, options_.directories);
}

Status LogThread::carry_out(const Fence&) {
  return ok_status();
}

Status LogThread::carry_out(const SnapshotBegin& begin) {
  if (Status done = drop_staged(); !done.ok()) return done;
  auto staged = StagedBase::begin(env_, options_.directories, ++last_number_, begin.zxid, options_.wal);
  if (!staged.ok()) return staged.fault();
  staged_ = std::move(*staged);
  return ok_status();
}

Status LogThread::carry_out(const SnapshotChunk& chunk) {
  PADDOCK_CHECK(staged_, "a piece of {} bytes of a snapshot that was not begun", chunk.bytes.size());
  return staged_->append_chunk(chunk.bytes.view());
}

Status LogThread::carry_out(const SnapshotEnd& end) {
  PADDOCK_CHECK(staged_, "the end of a snapshot that was not begun, seq {}", end.seq.value);
  if (Status done = staged_->install(); !done.ok()) return done;
  ++generation_;
  const Base old = std::exchange(base_, staged_->base());
  wal_ = staged_->take_wal();
  if (options_.spare != nullptr) wal_->use(*options_.spare);
  staged_.reset();
  previous_checkpoint_ = base_.zxid;
  written_ = {written_.commit, base_.zxid, base_.number};
  {
    std::lock_guard guard(mutex_);
    wanted_.checkpoint = base_.zxid;
    wanted_.base = base_.number;
  }
  if (Status done = remove_directory(env_, wal_directory(options_.directories, old.number)); !done.ok()) {
    return done;
  }
  hooks_.on_base(base_);
  return ok_status();
}

Status LogThread::carry_out(const SnapshotAbandon&) {
  return drop_staged();
}

Status LogThread::drop_staged() {
  const std::unique_ptr<StagedBase> dropped = std::move(staged_);
  return dropped ? dropped->abandon() : ok_status();
}

void LogThread::note_filled(const Base& filled) {
  if (filled.number != base_.number || fatal_.met()) return;
  base_.has_checkpoint = true;
  if (!fatal_.passed(write_base(env_, options_.directories, base_))) return;
  const std::string snapshot = snapshot_path(options_.directories, base_.number);
  fatal_.passed(remove_file_if_there(env_, options_.directories.data, snapshot));
}

void LogThread::publish() {
  tail_bytes_ = wal_->bytes_above(written_.checkpoint);
  disk_bytes_ = wal_->disk_bytes();
  syncs_ = wal_->syncs();
  hooks_.on_durable(wal_->last());
}

}  // namespace paddock::store
