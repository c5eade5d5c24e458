#include "server/main/audit_log.h"

#include <spdlog/spdlog.h>

#include <filesystem>
#include <thread>
#include <utility>

#include "server/admin/audit_line.h"
#include "server/main/clock.h"
#include "server/main/logging.h"
#include "server/main/process.h"

namespace paddock {
namespace {

using replica::AuditRecord;

constexpr size_t kMaxWaitingBytes = 64 << 20;
constexpr size_t kWriteBytes = 256 << 10;
constexpr auto kPatience = std::chrono::seconds(1);
constexpr const char* kDefaultName = "zookeeper_audit.log";

size_t bytes_of(const AuditRecord& record) {
  return sizeof record + record.user.size() + record.address.size() +
         (record.znode ? record.znode->size() : 0) + (record.acl ? record.acl->size() : 0);
}

std::string default_file(const config::Config& config) {
  const std::filesystem::path log = config.property("paddock.log.file").value_or("");
  return ((log.empty() ? std::filesystem::path(config.data_log_dir) : log.parent_path()) / kDefaultName)
      .string();
}

}  // namespace

Result<std::optional<AuditOptions>> audit_options(const config::Config& config) {
  if (!config.flag("audit.enable", false)) return std::optional<AuditOptions>();
  const std::string writer =
      config.property("audit.impl.class").value_or("org.apache.zookeeper.audit.Slf4jAuditLogger");
  if (!writer.starts_with("org.apache.zookeeper.audit.")) {
    return make_fault(
        "audit.impl.class: {} is a Java class; without it the audit log goes to paddock.audit.file", writer);
  }
  return std::optional(
      AuditOptions{config.property("paddock.audit.file").value_or(default_file(config)), user_name()});
}

Result<AuditLog*> AuditLog::open(const AuditOptions& options) {
  auto file = AppendFile::open(options.file);
  if (!file) return make_fault("paddock.audit.file: {}", file.fault().message);
  auto* const log = new AuditLog(std::move(*file), options.user);
  std::thread([log] { log->run(); }).detach();
  return log;
}

void AuditLog::write(std::vector<AuditRecord> records, WallTime now) {
  if (records.empty()) return;
  size_t bytes = 0;
  for (const AuditRecord& record : records) bytes += bytes_of(record);
  {
    const std::lock_guard lock(mutex_);
    if (waiting_bytes_ + bytes > kMaxWaitingBytes) {
      lost_ += static_cast<int64_t>(records.size());
      return;
    }
    waiting_bytes_ += bytes;
    waiting_.push_back({std::move(records), now, bytes});
    ++handed_in_;
  }
  changed_.notify_all();
}

void AuditLog::write_own(std::string_view operation, AuditRecord::Result result) {
  AuditRecord record;
  record.by_server = true;
  record.operation = operation;
  record.result = result;
  write({std::move(record)}, now().wall);
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kPatience, [this, wanted = handed_in_] { return done_ >= wanted; });
}

void AuditLog::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return !waiting_.empty(); });
    const std::vector<Batch> batches = std::exchange(waiting_, {});
    const int64_t lost = std::exchange(lost_, 0);
    lock.unlock();
    put(batches, lost);
    lock.lock();
    for (const Batch& batch : batches) waiting_bytes_ -= batch.bytes;
    done_ += batches.size();
    changed_.notify_all();
  }
}

void AuditLog::put(const std::vector<Batch>& batches, int64_t lost) {
  if (lost > 0) spdlog::warn("event=audit_records_lost records={} reason=\"the disk is too slow\"", lost);
  std::string lines;
  const auto flush = [&] {
    const Status done = file_.append(std::exchange(lines, {}));
    if (!done && !failing_)
      spdlog::error("event=audit_log_failed reason={}", paddock::quoted(done.fault().message));
    if (done && failing_) spdlog::info("event=audit_log_works_again file={}", paddock::quoted(file_.path()));
    failing_ = !done;
  };
  for (const Batch& batch : batches) {
    for (const AuditRecord& record : batch.records) {
      lines += admin::audit_line(record, user_, batch.at.ms);
      if (lines.size() >= kWriteBytes) flush();
    }
  }
  if (!lines.empty()) flush();
}

}  // namespace paddock
