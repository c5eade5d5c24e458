#include "server/config/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace paddock::config {
namespace {

Status failed(const char* what, const std::string& path) {
  return make_fault("cannot {} {}: {}", what, path, std::strerror(errno));
}

Status write_durably(const std::string& path, std::string_view text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return failed("create", path);
  bool done = true;
  while (done && !text.empty()) {
    const ssize_t taken = ::write(file, text.data(), text.size());
    done = taken > 0;
    if (done) text.remove_prefix(static_cast<size_t>(taken));
  }
  done = done && ::fsync(file) == 0;
  const Status status = done ? ok_status() : failed("write", path);
  ::close(file);
  return status;
}

Status sync_directory_of(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path();
  const char* const directory = parent.empty() ? "." : parent.c_str();
  const int handle = ::open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return failed("open", directory);
  const Status status = ::fsync(handle) == 0 ? ok_status() : failed("sync", directory);
  ::close(handle);
  return status;
}

}  // namespace

Status write_atomically(const std::string& path, std::string_view text) {
  const std::string aside = path + ".tmp";
  if (auto written = write_durably(aside, text); !written) return written;
  if (std::rename(aside.c_str(), path.c_str()) != 0) return failed("replace", path);
  return sync_directory_of(path);
}

Result<std::string> read_file(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return make_fault("{} is a directory, not a file", path);
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return make_fault("cannot read {}: {}", path, std::strerror(errno));
  std::ostringstream text;
  text << stream.rdbuf();
  return std::move(text).str();
}

}  // namespace paddock::config
