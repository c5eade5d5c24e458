#include "server/store/used_segments.h"

#include <utility>

namespace paddock::store {
namespace {

constexpr std::string_view kSuffix = ".used";

}  // namespace

Status UsedSegments::recover() {
  const auto names = env_.list(directory_);
  if (!names.ok()) return names.fault();
  bool changed = false;
  for (const std::string& name : *names) {
    if (!name.ends_with(kSuffix)) continue;
    const std::string path = directory_ + "/" + name;
    const auto file = env_.open(path, Env::Open::existing);
    if (!file.ok()) return file.fault();
    const auto size = (*file)->size();
    if (!size.ok()) return size.fault();
    if (*size == bytes_ && kept_.size() < kMost) {
      kept_.push_back(path);
      continue;
    }
    if (Status done = env_.remove(path); !done.ok()) return done;
    changed = true;
  }
  return changed || !kept_.empty() ? env_.sync_directory(directory_) : ok_status();
}

Status UsedSegments::retire(const std::string& path, uint64_t size) {
  const bool keeps = size == bytes_ && kept_.size() < kMost;
  const std::string kept = path + std::string(kSuffix);
  if (Status done = keeps ? env_.rename(path, kept) : env_.remove(path); !done.ok()) return done;
  if (Status done = env_.sync_directory(directory_); !done.ok()) return done;
  if (keeps) kept_.push_back(kept);
  return ok_status();
}

std::optional<std::string> UsedSegments::take(uint64_t size) {
  if (size != bytes_ || kept_.empty()) return std::nullopt;
  std::string path = std::move(kept_.back());
  kept_.pop_back();
  return path;
}

}  // namespace paddock::store
