#include "server/inspect/overlay_image.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace paddock::inspect {
namespace {

// Exactly `count` bytes, with zeros for what the file does not have any more.
Result<std::string> read_file(const std::string& path, uint64_t offset, size_t count) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return make_fault("{}: cannot open: {}", path, std::strerror(errno));
  std::string bytes(count, '\0');
  size_t filled = 0;
  while (filled < count) {
    const ssize_t got =
        ::pread(fd, bytes.data() + filled, count - filled, static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const int error = errno;
      ::close(fd);
      return make_fault("{}: cannot read: {}", path, std::strerror(error));
    }
    if (got == 0) break;
    filled += static_cast<size_t>(got);
  }
  ::close(fd);
  return bytes;
}

}  // namespace

Result<std::string> OverlayImage::read_locked(uint64_t offset, size_t count) const {
  if (offset >= size_) return std::string();
  count = std::min<uint64_t>(count, size_ - offset);
  std::string bytes;
  if (offset < below_size_) {
    auto below = read_file(below_, offset, std::min<uint64_t>(count, below_size_ - offset));
    if (!below.ok()) return below;
    bytes = std::move(*below);
  }
  bytes.resize(count, '\0');
  const uint64_t first = offset / kPageBytes * kPageBytes;
  for (auto page = pages_.lower_bound(first); page != pages_.end() && page->first < offset + count; ++page) {
    const uint64_t from = std::max(offset, page->first);
    const uint64_t to = std::min(offset + count, page->first + kPageBytes);
    bytes.replace(from - offset, to - from, page->second, from - page->first, to - from);
  }
  return bytes;
}

Result<std::string> OverlayImage::read_at(uint64_t offset, size_t count) const {
  const std::scoped_lock guard(mutex_);
  return read_locked(offset, count);
}

Status OverlayImage::write_at(uint64_t offset, std::string_view bytes) {
  const std::scoped_lock guard(mutex_);
  while (!bytes.empty()) {
    const uint64_t start = offset / kPageBytes * kPageBytes;
    auto page = pages_.find(start);
    if (page == pages_.end()) {
      auto content = read_locked(start, kPageBytes);
      if (!content.ok()) return content.fault();
      content->resize(kPageBytes, '\0');
      page = pages_.emplace(start, std::move(*content)).first;
    }
    const size_t count = std::min<uint64_t>(bytes.size(), start + kPageBytes - offset);
    page->second.replace(offset - start, count, bytes.substr(0, count));
    bytes.remove_prefix(count);
    offset += count;
    size_ = std::max(size_, offset);
  }
  return ok_status();
}

void OverlayImage::resize(uint64_t size) {
  const std::scoped_lock guard(mutex_);
  size_ = size;
  below_size_ = std::min(below_size_, size);
  pages_.erase(pages_.lower_bound(size), pages_.end());
  if (const auto last = pages_.find(size / kPageBytes * kPageBytes); last != pages_.end()) {
    std::fill(last->second.begin() + static_cast<ptrdiff_t>(size % kPageBytes), last->second.end(), '\0');
  }
}

uint64_t OverlayImage::size() const {
  const std::scoped_lock guard(mutex_);
  return size_;
}

}  // namespace paddock::inspect
