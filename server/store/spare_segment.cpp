#include "server/store/spare_segment.h"

#include <algorithm>
#include <utility>

#include "server/store/base.h"

namespace paddock::store {
namespace {

// Synced one by one: the disk is the log's in between.
constexpr uint64_t kPieceBytes = 1 << 20;

}  // namespace

SpareSegment::SpareSegment(Env& env, std::string directory, uint64_t bytes)
    : env_(env), directory_(std::move(directory)), path_(directory_ + "/spare.log"), bytes_(bytes) {
  thread_ = std::thread([this] { run(); });
}

SpareSegment::~SpareSegment() {
  {
    std::lock_guard guard(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
  // It may stay if it cannot be removed: the next one replaces it.
  if (stage_ != Stage::none) (void)remove_file_if_there(env_, directory_, path_);
}

Status SpareSegment::prepare() {
  {
    std::lock_guard guard(mutex_);
    if (stage_ != Stage::none) return fault_;
    stage_ = Stage::wanted;
  }
  changed_.notify_all();
  return ok_status();
}

Result<std::unique_ptr<File>> SpareSegment::take(const std::string& path) {
  {
    std::lock_guard guard(mutex_);
    if (!fault_.ok()) return fault_.fault();
    if (stage_ != Stage::ready) return std::unique_ptr<File>();
    stage_ = Stage::none;
  }
  if (Status done = env_.rename(path_, path); !done.ok()) return done.fault();
  return env_.open(path, Env::Open::existing);
}

void SpareSegment::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stage_ != Stage::wanted; });
}

void SpareSegment::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || stage_ == Stage::wanted; });
    if (stopping_) return;
    lock.unlock();
    const auto filled = fill();
    lock.lock();
    if (filled.ok() && !*filled) return;
    stage_ = filled.ok() ? Stage::ready : Stage::failed;
    if (!filled.ok()) fault_ = filled.fault();
    changed_.notify_all();
  }
}

Result<bool> SpareSegment::fill() {
  if (Status done = remove_file_if_there(env_, directory_, path_); !done.ok()) return done.fault();
  auto file = env_.open(path_, Env::Open::create_new);
  if (!file.ok()) return file.fault();
  if (Status done = (*file)->preallocate(bytes_); !done.ok()) return done.fault();
  const std::string zeros(std::min(kPieceBytes, bytes_), '\0');
  for (uint64_t at = 0; at < bytes_; at += zeros.size()) {
    if (stopping()) return false;
    const std::string_view piece = std::string_view(zeros).substr(0, std::min(kPieceBytes, bytes_ - at));
    if (Status done = (*file)->write_at(at, piece); !done.ok()) return done.fault();
    if (Status done = (*file)->sync_data(); !done.ok()) return done.fault();
  }
  return true;
}

bool SpareSegment::stopping() {
  std::lock_guard guard(mutex_);
  return stopping_;
}

}  // namespace paddock::store
