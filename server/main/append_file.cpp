#include "server/main/append_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace paddock {
namespace {

int open_for_appending(const std::string& path) {
  return ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
}

bool is_open_under(const std::string& path, int descriptor) {
  struct stat named {};
  struct stat opened {};
  return ::stat(path.c_str(), &named) == 0 && ::fstat(descriptor, &opened) == 0 &&
         named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

}  // namespace

Result<AppendFile> AppendFile::open(const std::string& path) {
  std::error_code ignored;  // opening tells
  std::filesystem::create_directories(std::filesystem::absolute(path).parent_path(), ignored);
  const int descriptor = open_for_appending(path);
  if (descriptor < 0) return make_fault("cannot write {}: {}", path, std::strerror(errno));
  return AppendFile(path, descriptor);
}

AppendFile::~AppendFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status AppendFile::follow_name() {
  if (is_open_under(path_, descriptor_)) return ok_status();
  const int descriptor = open_for_appending(path_);
  if (descriptor < 0) return make_fault("cannot open {} anew: {}", path_, std::strerror(errno));
  ::close(std::exchange(descriptor_, descriptor));
  cut_ = false;
  return ok_status();
}

Status AppendFile::append(std::string_view lines) {
  if (auto followed = follow_name(); !followed) return followed;
  if (cut_ && ::write(descriptor_, "\n", 1) == 1) cut_ = false;
  while (!lines.empty()) {
    const ssize_t count = ::write(descriptor_, lines.data(), lines.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return make_fault("cannot write {}: {}", path_, std::strerror(errno));
    lines.remove_prefix(static_cast<size_t>(count));
    cut_ = !lines.empty();
  }
  return ok_status();
}

}  // namespace paddock
