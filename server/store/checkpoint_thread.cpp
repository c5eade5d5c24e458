#include "server/store/checkpoint_thread.h"

#include <algorithm>
#include <utility>

namespace paddock::store {

CheckpointThread::CheckpointThread(std::unique_ptr<Checkpoint> checkpoint, uint64_t tail_bytes, Hooks hooks,
                                   Fatal& fatal)
    : tail_bytes_(tail_bytes),
      hooks_(std::move(hooks)),
      fatal_(fatal),
      checkpoint_(std::move(checkpoint)),
      applied_(checkpoint_->applied().value),
      live_bytes_(checkpoint_->live_bytes()) {
  data_bytes_ = hooks_.data_bytes();
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

void CheckpointThread::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    sleeping_ = true;
    wake_.wait(lock, [this] { return stopping_ || can_take() || !images_wanted_.empty(); });
    sleeping_ = false;
    if (!images_wanted_.empty()) {
      open_images(lock);
      continue;
    }
    if (!can_take()) break;
    znode::Delta delta = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    write(std::move(delta));
    lock.lock();
  }
}

void CheckpointThread::write(znode::Delta delta) {
  const Zxid applied = delta.applied;
  if (fatal_.met() || !fatal_.passed(checkpoint_->write(std::move(delta)))) return;
  applied_ = applied.value;
  data_bytes_ = hooks_.data_bytes();
  live_bytes_ = checkpoint_->live_bytes();
  hooks_.on_applied(applied);
  --unwritten_;
}

bool CheckpointThread::wants_delta() const {
  const uint64_t tail = hooks_.log_tail_bytes();
  return tail > tail_bytes_ && tail > live_bytes_ && unwritten_ == 0;
}

}  // namespace paddock::store
