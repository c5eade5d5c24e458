// Env: the few calls by which the store touches a disk, so that tests can put a faulty disk under the same
// code. PosixEnv is the real one; tests/… has one that forgets what was not synced.
//
// Every call names its file in the fault it returns, with errno's text. No call retries a failed sync.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.h"

namespace paddock::store {

class File {
 public:
  virtual ~File() = default;
  virtual Status write_at(uint64_t offset, std::string_view bytes) = 0;
  // Fewer bytes only at the end of the file.
  virtual Result<std::string> read_at(uint64_t offset, size_t count) = 0;
  virtual Status sync_data() = 0;  // fdatasync
  virtual Status truncate(uint64_t size) = 0;
  // Reserves space and extends the size with zero bytes, so that a later sync_data() writes no metadata.
  virtual Status preallocate(uint64_t size) = 0;
  virtual Result<uint64_t> size() = 0;
};

class Env {
 public:
  virtual ~Env() = default;
  enum class Open { existing, create, create_new };
  virtual Result<std::unique_ptr<File>> open(const std::string& path, Open how) = 0;
  virtual Status make_directories(const std::string& path) = 0;
  virtual Result<std::vector<std::string>> list(const std::string& directory) = 0;  // names, sorted
  virtual Result<bool> exists(const std::string& path) = 0;
  virtual Status rename(const std::string& from, const std::string& to) = 0;
  virtual Status remove(const std::string& path) = 0;
  virtual Status sync_directory(const std::string& path) = 0;
  // An exclusive lock held while the returned object lives. A fault if another process holds it.
  virtual Result<std::unique_ptr<File>> lock(const std::string& path) = 0;
  // How many calls failed so far, of its files too, other than by something not being there: what is found
  // wrong while this stays the same is wrong on the disk, and not with the disk.
  virtual uint64_t failures() const = 0;
};

// The process's real file system.
Env& posix_env();

}  // namespace paddock::store
