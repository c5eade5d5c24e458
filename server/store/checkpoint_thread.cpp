#include "server/store/checkpoint_thread.h"

#include <utility>

#include "protocol/base/check.h"
#include "server/store/snapshot_load.h"

namespace paddock::store {

CheckpointThread::CheckpointThread(Env& env, std::unique_ptr<Checkpoint> checkpoint, const Base& base,
                                   Options options, Hooks hooks, Fatal& fatal)
    : env_(env),
      options_(std::move(options)),
      hooks_(std::move(hooks)),
      fatal_(fatal),
      base_(base),
      checkpoint_(std::move(checkpoint)),
      applied_(base.zxid.value) {
  if (checkpoint_) {
    applied_ = checkpoint_->applied().value;
    measure();
  } else {
    expected_ = 1;
  }
  thread_ = std::thread([this] { run(); });
}

CheckpointThread::~CheckpointThread() {
  stop();
}

void CheckpointThread::add(znode::Delta delta) {
  bool wake = false;
  ++unwritten_;
  {
    std::lock_guard guard(mutex_);
    queue_.push_back(std::move(delta));
    wake = sleeping_;
  }
  if (wake) wake_.notify_one();
}

void CheckpointThread::expect_base() {
  std::lock_guard guard(mutex_);
  ++expected_;
  unwritten_ -= queue_.size();
  queue_.clear();
}

void CheckpointThread::base_installed(const Base& base) {
  {
    std::lock_guard guard(mutex_);
    --expected_;
    installed_.push_back(base);
  }
  wake_.notify_one();
}

void CheckpointThread::open_image(OnImage take) {
  {
    std::lock_guard guard(mutex_);
    images_wanted_.push_back(std::move(take));
  }
  wake_.notify_one();
}

void CheckpointThread::open_images(std::unique_lock<std::mutex>& lock) {
  const std::vector<OnImage> wanted = std::exchange(images_wanted_, {});
  lock.unlock();
  for (const OnImage& take : wanted) take(checkpoint_->open_image());
  lock.lock();
}

void CheckpointThread::log_durable(Zxid zxid) {
  durable_ = zxid.value;
  if (!sleeping_) return;
  // It may be between its look at durable_ and its sleep.
  std::lock_guard guard(mutex_);
  if (!queue_.empty()) wake_.notify_one();
}

void CheckpointThread::stop() {
  {
    std::lock_guard guard(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

bool CheckpointThread::can_take() const {
  return !queue_.empty() && queue_.front().applied.value <= durable_;
}

bool CheckpointThread::has_work() const {
  return !installed_.empty() || (is_at_rest() && (can_take() || !images_wanted_.empty()));
}

void CheckpointThread::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    sleeping_ = true;
    wake_.wait(lock, [this] { return stopping_ || has_work(); });
    sleeping_ = false;
    if (!installed_.empty()) {
      if (stopping_) return;
      change_base(lock);
    } else if (!is_at_rest()) {
      return;
    } else if (!images_wanted_.empty()) {
      open_images(lock);
    } else if (can_take()) {
      znode::Delta delta = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      write(std::move(delta));
      lock.lock();
    } else {
      return;
    }
  }
}

void CheckpointThread::change_base(std::unique_lock<std::mutex>& lock) {
  const Base next = installed_.front();
  installed_.pop_front();
  lock.unlock();
  if (!fatal_.met()) {
    leave_base(next);
    fill();
  }
  lock.lock();
}

// What is left of the old base is nobody's: its log went when the new one was installed.
void CheckpointThread::leave_base(const Base& next) {
  const Base old = std::exchange(base_, next);
  if (old.number == next.number) return;
  hooks_.drop_images();
  checkpoint_.reset();
  const std::string snapshot = snapshot_path(options_.directories, old.number);
  if (!fatal_.passed(remove_file_if_there(env_, options_.directories.data, snapshot))) return;
  fatal_.passed(remove_directory(env_, checkpoint_directory(options_.directories, old.number)));
}

void CheckpointThread::fill() {
  if (fatal_.met()) return;
  const auto abandoned = [this] {
    std::lock_guard guard(mutex_);
    return stopping_ || !installed_.empty();
  };
  auto filled = checkpoint_from_snapshot(env_, snapshot_path(options_.directories, base_.number), base_.zxid,
                                         checkpoint_directory(options_.directories, base_.number),
                                         options_.checkpoint, abandoned);
  if (!fatal_.passed(filled.ok() ? ok_status() : filled.fault()) || !*filled) return;
  checkpoint_ = std::move(*filled);
  applied_ = base_.zxid.value;
  measure();
  hooks_.on_filled(base_);
}

void CheckpointThread::write(znode::Delta delta) {
  const Zxid applied = delta.applied;
  PADDOCK_CHECK(applied >= base_.zxid, "a delta to 0x{:x} for a base at 0x{:x}, which it is not of",
                applied.value, base_.zxid.value);
  if (fatal_.met() || !fatal_.passed(checkpoint_->write(std::move(delta)))) return;
  applied_ = applied.value;
  measure();
  hooks_.on_applied(base_, applied);
  --unwritten_;
}

void CheckpointThread::measure() {
  data_bytes_ = hooks_.data_bytes(base_);
  live_bytes_ = checkpoint_->live_bytes();
}

bool CheckpointThread::wants_delta() const {
  const uint64_t tail = hooks_.log_tail_bytes();
  return tail > options_.tail_bytes && tail > live_bytes_ && unwritten_ == 0;
}

}  // namespace paddock::store
