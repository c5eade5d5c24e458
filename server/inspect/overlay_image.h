// OverlayImage: one file of an OverlayEnv: what the disk has of it, and what was written over that.
//
// Owner: the files that are open on it, and their OverlayEnv. Threads: any; one lock.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "protocol/base/result.h"

namespace paddock::inspect {

class OverlayImage {
 public:
  // Empty, in memory alone.
  OverlayImage() = default;
  // Over the first `size` bytes of the file at `path`. It is opened for each reading, so that any number of
  // images takes no descriptors.
  OverlayImage(std::string path, uint64_t size) : below_(std::move(path)), below_size_(size), size_(size) {}

  // Fewer bytes only at the end.
  Result<std::string> read_at(uint64_t offset, size_t count) const;
  Status write_at(uint64_t offset, std::string_view bytes);
  // What is new is zero.
  void resize(uint64_t size);
  uint64_t size() const;

 private:
  static constexpr uint64_t kPageBytes = 4096;
  Result<std::string> read_locked(uint64_t offset, size_t count) const;

  mutable std::mutex mutex_;
  const std::string below_;
  // Protected by mutex_
  uint64_t below_size_ = 0;  // of it counts; what lies above is zero unless it was written
  uint64_t size_ = 0;
  std::map<uint64_t, std::string> pages_;  // whole ones, by offset: these count, not what is below
};

}  // namespace paddock::inspect
