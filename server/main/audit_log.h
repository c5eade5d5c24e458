// AuditLog: the file of the audit log. Records become lines and reach the file on a thread of its own, so a
// disk that is slow or full costs lines, which the server's log then counts, and never the server's time.
//
// Threads: any may write.
//
// Invariants
// 1. Lines are in the file in the order of write().
// 2. What waits for the disk is bounded.
// 3. A file that was moved away, as logrotate does, is followed by a new one under its name.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.h"
#include "protocol/base/time.h"
#include "server/config/config.h"
#include "server/main/append_file.h"
#include "server/replica/audit_record.h"

namespace paddock {

struct AuditOptions {
  std::string file;
  std::string user;  // who runs this server
};

// Nothing unless audit.enable is true. A fault names the setting that asks for what is not there.
Result<std::optional<AuditOptions>> audit_options(const config::Config& config);

class AuditLog {
 public:
  // It lives until the process ends: its thread may be in a write() that never returns. A fault names the
  // file.
  static Result<AuditLog*> open(const AuditOptions& options);
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  void write(std::vector<replica::AuditRecord> records, WallTime now);
  // What the server itself has to say: serverStart, serverStop. It is in the file when this returns, unless
  // the disk does not take it within a second.
  void write_own(std::string_view operation, replica::AuditRecord::Result result);

 private:
  struct Batch {
    std::vector<replica::AuditRecord> records;
    WallTime at;
    size_t bytes = 0;
  };

  AuditLog(AppendFile file, std::string user) : file_(std::move(file)), user_(std::move(user)) {}
  void run();
  void put(const std::vector<Batch>& batches, int64_t lost);

  // Of the writing thread
  AppendFile file_;
  const std::string user_;
  bool failing_ = false;
  // Shared
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Batch> waiting_;
  size_t waiting_bytes_ = 0;  // and what is being written
  int64_t lost_ = 0;          // records that did not fit
  uint64_t handed_in_ = 0;    // batches
  uint64_t done_ = 0;
};

}  // namespace paddock
