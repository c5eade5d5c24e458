#include "server/store/log_thread.h"

#include <algorithm>
#include <chrono>
#include <utility>

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

LogThread::LogThread(Env& env, std::unique_ptr<Wal> wal, Options options, Zxid noted, const LogPins& pins,
                     Hooks hooks, Fatal& fatal)
    : env_(env),
      options_(std::move(options)),
      pins_(pins),
      hooks_(std::move(hooks)),
      fatal_(fatal),
      wal_(std::move(wal)),
      written_{Zxid{}, noted},
      previous_checkpoint_(noted),
      wanted_(written_) {
  publish();
  thread_ = std::thread([this] { run(); });
}

LogThread::~LogThread() {
  stop();
}

void LogThread::submit(std::vector<LogWork> work, CommitPoint commit) {
  bool wake = false;
  {
    std::lock_guard guard(mutex_);
    wanted_.commit = std::max(wanted_.commit, commit.committed);
    if (may_write_inline(work)) {
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

void LogThread::checkpoint_reached(Zxid applied) {
  bool wake = false;
  {
    std::lock_guard guard(mutex_);
    wanted_.checkpoint = std::max(wanted_.checkpoint, applied);
    wake = sleeping_ && !timed_;
  }
  if (wake) wake_.notify_one();
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
    busy_ = true;
    lock.unlock();
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
  const auto has_work = [this] { return !pending_.empty() || view_wanted_ || stopping_; };
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
  if (!fatal_.passed(wal_->append_group(group_, {notes.commit}, notes.checkpoint))) return false;
  last_sync_us_ = microseconds_since(start);
  if (notes.checkpoint > written_.checkpoint) {
    ++generation_;
    if (!fatal_.passed(wal_->purge(pins_.lowest(previous_checkpoint_)))) return false;
    previous_checkpoint_ = notes.checkpoint;
  }
  written_ = notes;
  publish();
  if (!group_.empty()) hooks_.on_persisted(group_.back().seq);
  group_.clear();
  return true;
}

bool LogThread::do_one(const LogWork& work) {
  if (const auto* truncate = std::get_if<Truncate>(&work)) {
    ++generation_;
    if (!fatal_.passed(wal_->truncate(truncate->last))) return false;
  } else if (const auto* epochs = std::get_if<WriteEpochs>(&work)) {
    if (!fatal_.passed(write_epochs(env_, options_.epochs_directory, epochs->epochs))) return false;
  } else if (!std::holds_alternative<Fence>(work)) {
    fatal_.passed(
        make_fault("{}: this version cannot store a snapshot from a leader", options_.epochs_directory));
    return false;
  }
  publish();
  hooks_.on_persisted(seq_of(work));
  return true;
}

void LogThread::publish() {
  tail_bytes_ = wal_->bytes_above(written_.checkpoint);
  disk_bytes_ = wal_->disk_bytes();
  syncs_ = wal_->syncs();
  hooks_.on_durable(wal_->last());
}

}  // namespace paddock::store
