#include "server/inspect/overlay_env.h"

#include <sys/stat.h>

#include <algorithm>
#include <optional>

#include "server/inspect/overlay_image.h"

namespace paddock::inspect {
namespace {

class OverlayFile final : public store::File {
 public:
  explicit OverlayFile(std::shared_ptr<OverlayImage> image) : image_(std::move(image)) {}
  Status write_at(uint64_t offset, std::string_view bytes) override {
    return image_->write_at(offset, bytes);
  }
  Result<std::string> read_at(uint64_t offset, size_t count) override {
    return image_->read_at(offset, count);
  }
  Status sync_data() override { return ok_status(); }
  Status truncate(uint64_t size) override {
    image_->resize(size);
    return ok_status();
  }
  Status preallocate(uint64_t size) override {
    if (size > image_->size()) image_->resize(size);
    return ok_status();
  }
  Result<uint64_t> size() override { return image_->size(); }

 private:
  const std::shared_ptr<OverlayImage> image_;
};

Fault not_there(const std::string& path) {
  return make_fault("{}: no such file", path);
}

// The last part of `path` if it lies in `directory` itself.
std::optional<std::string> name_in(const std::string& directory, const std::string& path) {
  const size_t slash = path.find_last_of('/');
  if (slash == std::string::npos || path.compare(0, slash, directory) != 0) return std::nullopt;
  return path.substr(slash + 1);
}

}  // namespace

Result<bool> OverlayEnv::exists_locked(const std::string& path) const {
  if (files_.contains(path) || directories_.contains(path)) return true;
  if (removed_.contains(path)) return false;
  return store::posix_env().exists(path);
}

Result<OverlayEnv::Image> OverlayEnv::find_locked(const std::string& path) {
  if (const auto known = files_.find(path); known != files_.end()) return known->second;
  struct stat status {};
  if (removed_.contains(path) || ::stat(path.c_str(), &status) != 0) return Image();
  if (!S_ISREG(status.st_mode)) return make_fault("{}: is not a file", path);
  auto image = std::make_shared<OverlayImage>(path, static_cast<uint64_t>(status.st_size));
  files_.emplace(path, image);
  return image;
}

Result<std::unique_ptr<store::File>> OverlayEnv::open(const std::string& path, Open how) {
  const std::scoped_lock guard(mutex_);
  auto found = find_locked(path);
  if (!found.ok()) return found.fault();
  if (*found && how == Open::create_new) return make_fault("{}: is there already", path);
  if (!*found && how == Open::existing) return not_there(path);
  if (!*found) {
    *found = std::make_shared<OverlayImage>();
    files_.emplace(path, *found);
  }
  return std::unique_ptr<store::File>(std::make_unique<OverlayFile>(std::move(*found)));
}

Status OverlayEnv::make_directories(const std::string& path) {
  const std::scoped_lock guard(mutex_);
  for (size_t end = path.find('/', 1); end != std::string::npos; end = path.find('/', end + 1)) {
    directories_.insert(path.substr(0, end));
  }
  directories_.insert(path);
  return ok_status();
}

Result<std::vector<std::string>> OverlayEnv::list(const std::string& directory) {
  const std::scoped_lock guard(mutex_);
  std::set<std::string> names;
  const auto below = store::posix_env().exists(directory);
  if (!below.ok()) return below.fault();
  if (*below) {
    const auto listed = store::posix_env().list(directory);
    if (!listed.ok()) return listed.fault();
    names.insert(listed->begin(), listed->end());
  } else if (!directories_.contains(directory)) {
    return not_there(directory);
  }
  for (const std::string& path : removed_) {
    if (const auto name = name_in(directory, path)) names.erase(*name);
  }
  for (const auto& [path, image] : files_) {
    if (const auto name = name_in(directory, path)) names.insert(*name);
  }
  for (const std::string& path : directories_) {
    if (const auto name = name_in(directory, path)) names.insert(*name);
  }
  return std::vector<std::string>(names.begin(), names.end());
}

Result<bool> OverlayEnv::exists(const std::string& path) {
  const std::scoped_lock guard(mutex_);
  return exists_locked(path);
}

Status OverlayEnv::rename(const std::string& from, const std::string& to) {
  const std::scoped_lock guard(mutex_);
  const auto image = find_locked(from);
  if (!image.ok()) return image.fault();
  if (!*image) return not_there(from);
  files_[to] = *image;
  files_.erase(from);
  removed_.insert(from);
  return ok_status();
}

Status OverlayEnv::remove(const std::string& path) {
  const std::scoped_lock guard(mutex_);
  const auto there = exists_locked(path);
  if (!there.ok()) return there.fault();
  if (!*there) return not_there(path);
  files_.erase(path);
  directories_.erase(path);
  removed_.insert(path);
  return ok_status();
}

Status OverlayEnv::sync_directory(const std::string&) {
  return ok_status();
}

Result<std::unique_ptr<store::File>> OverlayEnv::lock(const std::string&) {
  return std::unique_ptr<store::File>(std::make_unique<OverlayFile>(std::make_shared<OverlayImage>()));
}

// Only reading can fail, and says so; nobody asks for whom that is another thing than damage.
uint64_t OverlayEnv::failures() const {
  return 0;
}

}  // namespace paddock::inspect
