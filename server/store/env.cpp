#include "server/store/env.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>

namespace paddock::store {
namespace {

std::atomic<uint64_t> failures_so_far = 0;

Fault errno_fault(const char* what, const std::string& path) {
  const int error = errno;
  if (error != ENOENT) ++failures_so_far;
  return make_fault("{}: cannot {}: {}", path, what, std::strerror(error));
}

// Repeats a call that a signal interrupted. Never used for a sync: its second success proves nothing.
template <class Call>
auto uninterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

class PosixFile final : public File {
 public:
  PosixFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  ~PosixFile() override { ::close(fd_); }
  PosixFile(const PosixFile&) = delete;
  PosixFile& operator=(const PosixFile&) = delete;

  Status write_at(uint64_t offset, std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t written = uninterrupted(
          [&] { return ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
      if (written < 0) return errno_fault("write", path_);
      if (written == 0) return make_fault("{}: a write at offset {} wrote nothing", path_, offset);
      bytes.remove_prefix(static_cast<size_t>(written));
      offset += static_cast<uint64_t>(written);
    }
    return ok_status();
  }

  Result<std::string> read_at(uint64_t offset, size_t count) override {
    std::string bytes(count, '\0');
    size_t filled = 0;
    while (filled < count) {
      const ssize_t got = uninterrupted([&] {
        return ::pread(fd_, bytes.data() + filled, count - filled, static_cast<off_t>(offset + filled));
      });
      if (got < 0) return errno_fault("read", path_);
      if (got == 0) break;
      filled += static_cast<size_t>(got);
    }
    bytes.resize(filled);
    return bytes;
  }

  // fdatasync may leave out a change of the size or of the reserved space; then it takes a whole fsync.
  Status sync_data() override {
    const int result = shape_changed_ ? ::fsync(fd_) : ::fdatasync(fd_);
    if (result != 0) return errno_fault("sync", path_);
    shape_changed_ = false;
    return ok_status();
  }

  Status truncate(uint64_t size) override {
    shape_changed_ = true;
    if (uninterrupted([&] { return ::ftruncate(fd_, static_cast<off_t>(size)); }) != 0) {
      return errno_fault("truncate", path_);
    }
    return ok_status();
  }

  Status preallocate(uint64_t size) override {
    shape_changed_ = true;
    if (uninterrupted([&] { return ::fallocate(fd_, 0, 0, static_cast<off_t>(size)); }) == 0)
      return ok_status();
    if (errno != EOPNOTSUPP) return errno_fault("preallocate", path_);
    const auto now = this->size();  // a file system without reservation: only the size is extended
    if (!now.ok()) return now.fault();
    return *now < size ? truncate(size) : ok_status();
  }

  Result<uint64_t> size() override {
    struct stat status;
    if (::fstat(fd_, &status) != 0) return errno_fault("stat", path_);
    return static_cast<uint64_t>(status.st_size);
  }

  int fd() const { return fd_; }

 private:
  const int fd_;
  const std::string path_;
  bool shape_changed_ = false;
};

std::string parent_of(const std::string& path) {
  const size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

class PosixEnv final : public Env {
 public:
  Result<std::unique_ptr<File>> open(const std::string& path, Open how) override {
    int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW;
    if (how != Open::existing) flags |= O_CREAT;
    if (how == Open::create_new) flags |= O_EXCL;
    const int fd = uninterrupted([&] { return ::open(path.c_str(), flags, 0600); });
    if (fd < 0) return errno_fault("open", path);
    return std::unique_ptr<File>(std::make_unique<PosixFile>(fd, path));
  }

  Status make_directories(const std::string& path) override {
    if (path.empty() || path == "/") return ok_status();
    if (::mkdir(path.c_str(), 0700) == 0) return sync_directory(parent_of(path));
    if (errno == EEXIST) return is_directory(path);
    if (errno != ENOENT) return errno_fault("create directory", path);
    if (Status made = make_directories(parent_of(path)); !made.ok()) return made;
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return errno_fault("create directory", path);
    return sync_directory(parent_of(path));
  }

  Result<std::vector<std::string>> list(const std::string& directory) override {
    DIR* stream = ::opendir(directory.c_str());
    if (stream == nullptr) return errno_fault("list", directory);
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = ::readdir(stream)) {
      const std::string name = entry->d_name;
      if (name != "." && name != "..") names.push_back(name);
      errno = 0;
    }
    const int error = errno;
    ::closedir(stream);
    errno = error;
    if (error != 0) return errno_fault("list", directory);
    std::sort(names.begin(), names.end());
    return names;
  }

  Result<bool> exists(const std::string& path) override {
    struct stat status;
    if (::lstat(path.c_str(), &status) == 0) return true;
    if (errno == ENOENT) return false;
    return errno_fault("stat", path);
  }

  Status rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return errno_fault("rename", from);
    return ok_status();
  }

  Status remove(const std::string& path) override {
    if (::remove(path.c_str()) != 0) return errno_fault("remove", path);
    return ok_status();
  }

  Status sync_directory(const std::string& path) override {
    const int fd = uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
    if (fd < 0) return errno_fault("open directory", path);
    Status result = ok_status();
    if (::fsync(fd) != 0) result = errno_fault("sync directory", path);
    ::close(fd);
    return result;
  }

  Result<std::unique_ptr<File>> lock(const std::string& path) override {
    const int fd = uninterrupted([&] { return ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600); });
    if (fd < 0) return errno_fault("open", path);
    auto file = std::make_unique<PosixFile>(fd, path);
    if (uninterrupted([&] { return ::flock(file->fd(), LOCK_EX | LOCK_NB); }) == 0) {
      return std::unique_ptr<File>(std::move(file));
    }
    if (errno == EWOULDBLOCK)
      return make_fault("{}: held by another process; is a server already running on this directory?", path);
    return errno_fault("lock", path);
  }

  uint64_t failures() const override { return failures_so_far; }

 private:
  static Status is_directory(const std::string& path) {
    struct stat status;
    if (::stat(path.c_str(), &status) != 0) return errno_fault("stat", path);
    if (!S_ISDIR(status.st_mode)) return make_fault("{}: is not a directory", path);
    return ok_status();
  }
};

}  // namespace

Env& posix_env() {
  static PosixEnv env;
  return env;
}

}  // namespace paddock::store
