// A disk that forgets: files and directories in memory, with the fault model of a power cut.
//
// What was not synced may be lost in any subset: writes at 512-byte sectors (also half of one), changes of a
// file's size, and the directory entries that create, rename and remove made. A rename whose directory was
// synced may point to a file whose content was not. Any operation can be made to fail (EIO, ENOSPC), and the
// power can be cut at any operation: from there on every call fails.
//
// Threads: any; one lock.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "protocol/base/random.h"
#include "server/store/env.h"

namespace paddock::store {

// Decides the fate of each unsynced piece when the power goes.
class Fate {
 public:
  enum class Piece { keep, lose, tear };
  using Decide = std::function<Piece(uint64_t operation, uint64_t sector)>;
  explicit Fate(Decide decide) : decide_(std::move(decide)) {}

  static Fate keep_all();
  static Fate lose_all();
  static Fate lose_one(uint64_t operation);
  // Loses all but one.
  static Fate keep_one(uint64_t operation);
  static Fate random_subset(uint64_t seed);
  // Whole pages of 4 KiB kept or lost, at random.
  static Fate pages(uint64_t seed);
  // Sectors kept, lost or half written, at random.
  static Fate torn(uint64_t seed);

  Piece of(uint64_t operation, uint64_t sector) const { return decide_(operation, sector); }

 private:
  Decide decide_;
};

class FaultyEnv : public Env {
 public:
  FaultyEnv();
  ~FaultyEnv() override;

  Result<std::unique_ptr<File>> open(const std::string& path, Open how) override;
  Status make_directories(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& directory) override;
  Result<bool> exists(const std::string& path) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status remove(const std::string& path) override;
  Status sync_directory(const std::string& path) override;
  Result<std::unique_ptr<File>> lock(const std::string& path) override;
  uint64_t failures() const override;

  // Operations that change the disk or make it durable, so far.
  uint64_t operations() const;
  // The operation with this number fails, once; reads too if `reads`.
  void fail_at(uint64_t operation, std::string error = "Input/output error");
  // It and everything later fails, and nothing reaches the disk any more.
  void cut_power_at(uint64_t operation);
  bool failed() const;  // whether a planned failure has happened
  // The process is another one, on the same disk: nothing is planned to fail any more.
  void restore_power();
  // Nothing more can be reserved or created.
  void fill(bool full);

  // The disk after a power cut now. Independent of this one.
  std::unique_ptr<FaultyEnv> after_crash(const Fate& fate) const;
  // The numbers of the operations that are not durable now.
  std::vector<uint64_t> unsynced() const;

  // For tests that look at or damage bytes. Requires: the file exists.
  std::string content(const std::string& path) const;
  void overwrite(const std::string& path, std::string content);

 private:
  struct Disk;
  class OpenFile;
  std::shared_ptr<Disk> disk_;
};

}  // namespace paddock::store
