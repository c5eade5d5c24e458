// OverlayEnv: the real file system, of which nothing changes. What is written through it stays in memory and
// is read back from there. So the store's own code, which repairs and recovers what it opens, reads a data
// directory that must stay as it is.
//
// Invariants
// 1. Files are opened for reading only, nothing is created, renamed, removed, synced or locked on the disk.
// 2. What one call has changed all later ones see, through every file and every name.
//
// Threads: any; one lock. What changes below meanwhile may be seen in part: who reads verifies it.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "server/store/env.h"

namespace paddock::inspect {

class OverlayImage;

class OverlayEnv final : public store::Env {
 public:
  Result<std::unique_ptr<store::File>> open(const std::string& path, Open how) override;
  Status make_directories(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& directory) override;
  Result<bool> exists(const std::string& path) override;
  // Of files only.
  Status rename(const std::string& from, const std::string& to) override;
  Status remove(const std::string& path) override;
  Status sync_directory(const std::string& path) override;
  // Always succeeds: whoever wants to know whether a server is there asks is_in_use().
  Result<std::unique_ptr<store::File>> lock(const std::string& path) override;
  uint64_t failures() const override;

 private:
  using Image = std::shared_ptr<OverlayImage>;
  Result<bool> exists_locked(const std::string& path) const;
  // Null if there is no such file.
  Result<Image> find_locked(const std::string& path);

  mutable std::mutex mutex_;            // protects all below
  std::map<std::string, Image> files_;  // that were opened or made
  std::set<std::string> directories_;   // that were made
  std::set<std::string> removed_;
};

}  // namespace paddock::inspect
