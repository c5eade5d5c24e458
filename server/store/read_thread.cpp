#include "server/store/read_thread.h"

#include <utility>

#include "server/store/wal_history.h"

namespace paddock::store {

ReadThread::ReadThread(Env& env, LogPins& pins, Hooks hooks, Fatal& fatal)
    : env_(env), pins_(pins), hooks_(std::move(hooks)), fatal_(fatal), thread_([this] { run(); }) {}

ReadThread::~ReadThread() {
  stop();
}

void ReadThread::add(Task task) {
  {
    std::lock_guard guard(mutex_);
    if (stopping_) return;
    tasks_.push_back(std::move(task));
  }
  wake_.notify_one();
}

void ReadThread::drop_images() {
  std::unique_lock lock(mutex_);
  if (stopped_) return;
  ++drops_wanted_;
  tasks_.push_back(DropImages{});
  wake_.notify_one();
  dropped_.wait(lock, [this] { return drops_wanted_ == 0; });
}

void ReadThread::stop() {
  {
    std::lock_guard guard(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
  images_.clear();
  std::lock_guard guard(mutex_);
  tasks_.clear();
  stopped_ = true;
  drops_wanted_ = 0;
  dropped_.notify_all();
}

void ReadThread::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
    if (stopping_) return;
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    work_off(std::move(task));
    lock.lock();
  }
}

// After a storage error nothing is read any more, but who waits for images to end does not wait for ever.
void ReadThread::work_off(Task task) {
  if (fatal_.met() && !std::holds_alternative<DropImages>(task)) return;
  std::visit([this](auto& each) { work(each); }, task);
}

void ReadThread::work(const HistoryRead& wanted) {
  while (true) {
    const LogView view = hooks_.log_view();
    auto history = read_history(env_, view.segments, wanted);
    if (history.ok()) return hooks_.history_fetched(std::move(*history));
    if (hooks_.log_view().generation != view.generation) continue;
    fatal_.passed(history.fault());
    return;
  }
}

void ReadThread::work(const SnapshotRead& wanted) {
  const auto found = images_.find(wanted.id);
  if (wanted.close) {
    if (found != images_.end()) images_.erase(found);
    pins_.unpin(wanted.id);
    return;
  }
  Image& image = images_[wanted.id];
  if (image.ended) return;
  ++image.reads;
  if (found == images_.end()) return open(wanted.id);
  if (image.image) answer(wanted.id, image);
}

// All of the log is kept until it is known where the image is.
void ReadThread::open(uint64_t id) {
  pins_.pin(id, Zxid{});
  hooks_.open_image([this, id](std::unique_ptr<CheckpointImage> image) {
    add(Opened{id, std::move(image)});
  });
}

void ReadThread::work(Opened& opened) {
  const auto found = images_.find(opened.id);
  if (found == images_.end()) return;  // closed meanwhile
  Image& image = found->second;
  image.image = std::move(opened.image);
  pins_.pin(opened.id, image.image->zxid());
  answer(opened.id, image);
}

void ReadThread::answer(uint64_t id, Image& image) {
  for (; image.reads > 0; --image.reads) {
    auto bytes = image.image->next();
    if (!fatal_.passed(bytes.ok() ? ok_status() : bytes.fault())) return;
    hooks_.snapshot_piece({id, image.image->zxid(), std::move(*bytes), image.image->at_end()});
  }
}

void ReadThread::work(const DropImages&) {
  for (auto& [id, image] : images_) {
    if (!image.image) continue;
    pins_.unpin(id);
    image.image.reset();
    image.ended = true;
  }
  std::lock_guard guard(mutex_);
  if (--drops_wanted_ == 0) dropped_.notify_all();
}

}  // namespace paddock::store
