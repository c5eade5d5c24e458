#include "server/store/java_directory.h"

#include <zlib.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "protocol/txn/txn.h"
#include "server/store/durable_file.h"
#include "server/store/java_log.h"
#include "server/store/java_snapshot.h"

namespace paddock::store {
namespace {

constexpr std::string_view kSnapshotPrefix = "snapshot.";
constexpr std::string_view kLogPrefix = "log.";
constexpr std::string_view kSnappy = ".snappy";
constexpr std::string_view kGzip = ".gz";
constexpr size_t kNewest = 100;  // that Java tries

Result<std::vector<JavaFile>> files_in(Env& env, const std::string& directory, std::string_view prefix) {
  std::vector<JavaFile> files;
  const auto exists = env.exists(directory);
  if (!exists.ok()) return exists.fault();
  if (!*exists) return files;
  const auto names = env.list(directory);
  if (!names.ok()) return names.fault();
  for (const std::string& name : *names) {
    if (const auto zxid = zxid_in_java_name(name, prefix)) files.push_back({directory + "/" + name, *zxid});
  }
  std::sort(files.begin(), files.end(), [](const JavaFile& a, const JavaFile& b) { return a.zxid < b.zxid; });
  return files;
}

// Nothing if `bytes` are not one whole gzip stream.
std::optional<std::string> inflated(std::string_view bytes) {
  constexpr int kGzipWindow = 15 + 16;
  z_stream stream{};
  if (inflateInit2(&stream, kGzipWindow) != Z_OK) return std::nullopt;
  std::string content;
  std::string piece(1 << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  int result = Z_OK;
  while (result == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    result = inflate(&stream, Z_NO_FLUSH);
    content.append(piece, 0, piece.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (result != Z_STREAM_END) return std::nullopt;
  return content;
}

Fault snappy_fault(const std::string& path) {
  return make_fault(
      "{}: is compressed by snappy, which this server does not read; let Java write a "
      "snapshot with zookeeper.snapshot.compression.method=gz or none",
      path);
}

// The last file that may hold the transaction behind `above`, and all later ones.
std::vector<JavaFile> logs_behind(std::vector<JavaFile> logs, Zxid above) {
  const auto first =
      std::find_if(logs.begin(), logs.end(), [&](const JavaFile& log) { return log.zxid > above.next(); });
  if (first != logs.begin()) logs.erase(logs.begin(), std::prev(first));
  return logs;
}

class HistoryImport {
 public:
  HistoryImport(Env& env, Zxid above, Zxid fuzzy, const TakeTransactions& take)
      : env_(env), last_(above), fuzzy_(fuzzy), take_(take) {}

  Status add(const JavaFile& log, bool newest) {
    const auto content = read_whole_file(env_, log.path);
    if (!content.ok()) return content.fault();
    if (content->empty() && newest) return ok_status();
    const auto entries = read_java_log(*content);
    if (!entries.ok()) return make_fault("{}: {}", log.path, entries.fault().message);
    for (const JavaLogEntry& entry : *entries) {
      // In the snapshot; or a repetition: a Java follower that leaves its leader between NEWLEADER and
      // UPTODATE logs once more what the next leader sends it once more.
      if (entry.zxid <= last_) continue;
      if (Status done = add(log, entry); !done.ok()) return done;
    }
    return hand_over();
  }

 private:
  static constexpr size_t kGroupBytes = 4 << 20;

  Status add(const JavaFile& log, const JavaLogEntry& entry) {
    auto txn = txn::decode_txn(entry.txn);
    if (!txn.ok()) return make_fault("{}: {}", log.path, txn.fault().message);
    std::string bytes(entry.txn);
    if (entry.zxid <= fuzzy_) {
      txn->digest.reset();
      bytes = txn::encode_txn(*txn);
    }
    last_ = entry.zxid;
    bytes_ += bytes.size();
    group_.push_back({{}, entry.zxid, Bytes(std::move(bytes))});
    return bytes_ < kGroupBytes ? ok_status() : hand_over();
  }

  Status hand_over() {
    if (group_.empty()) return ok_status();
    const Status taken = take_(group_);
    group_.clear();
    bytes_ = 0;
    return taken;
  }

  Env& env_;
  Zxid last_;
  const Zxid fuzzy_;
  const TakeTransactions& take_;
  std::vector<Append> group_;
  size_t bytes_ = 0;
};

Result<std::optional<uint32_t>> read_epoch(Env& env, const std::string& path) {
  std::optional<uint32_t> none;
  const auto exists = env.exists(path);
  if (!exists.ok()) return exists.fault();
  if (!*exists) return none;
  const auto content = read_whole_file(env, path);
  if (!content.ok()) return content.fault();
  const size_t size = content->find_last_not_of("\r\n") + 1;  // none is npos, and npos + 1 is 0
  uint32_t epoch = 0;
  const auto [end, error] = std::from_chars(content->data(), content->data() + size, epoch);
  if (error != std::errc() || end != content->data() + size) return make_fault("{}: holds no epoch", path);
  return std::optional(epoch);
}

}  // namespace

std::optional<Zxid> zxid_in_java_name(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  const std::string_view digits = name.substr(0, name.find('.'));
  int64_t zxid = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), zxid, 16);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return Zxid{zxid};
}

Result<std::string> read_java_snapshot_file(Env& env, const std::string& path) {
  if (path.ends_with(kSnappy)) return snappy_fault(path);
  auto content = read_whole_file(env, path);
  if (!content.ok()) return content;
  if (path.ends_with(kGzip)) {
    auto plain = inflated(*content);
    if (!plain) return make_fault("{}: is no whole gzip stream", path);
    content = std::move(*plain);
  }
  const auto snapshot = read_java_snapshot(*content);
  if (!snapshot.ok()) return make_fault("{}: {}", path, snapshot.fault().message);
  return content;
}

Result<std::vector<JavaFile>> java_snapshots(Env& env, const JavaDirectories& from) {
  return files_in(env, from.data, kSnapshotPrefix);
}

Result<std::vector<JavaFile>> java_logs(Env& env, const JavaDirectories& from) {
  return files_in(env, from.log, kLogPrefix);
}

Result<bool> has_java_data(Env& env, const JavaDirectories& from) {
  const auto snapshots = java_snapshots(env, from);
  if (!snapshots.ok()) return snapshots.fault();
  const auto logs = java_logs(env, from);
  if (!logs.ok()) return logs.fault();
  if (!snapshots->empty() || !logs->empty()) return true;
  return env.exists(from.data + "/acceptedEpoch");
}

Result<JavaSnapshotFile> newest_java_snapshot(Env& env, const JavaDirectories& from) {
  auto files = java_snapshots(env, from);
  if (!files.ok()) return files.fault();
  std::reverse(files->begin(), files->end());
  if (files->size() > kNewest) files->resize(kNewest);
  std::string faults;
  for (const JavaFile& file : *files) {
    if (file.path.ends_with(kSnappy)) return snappy_fault(file.path);
    auto content = read_java_snapshot_file(env, file.path);
    if (content.ok()) return JavaSnapshotFile{file, std::move(*content), std::move(faults)};
    faults += (faults.empty() ? "" : "; ") + content.fault().message;
  }
  if (!faults.empty()) return make_fault("{}: no snapshot can be read: {}", from.data, faults);
  return JavaSnapshotFile{{{}, Zxid{-1}}, {}, {}};
}

Status read_java_history(Env& env, const JavaDirectories& from, Zxid above, Zxid fuzzy,
                         const TakeTransactions& take) {
  auto logs = java_logs(env, from);
  if (!logs.ok()) return logs.fault();
  logs = logs_behind(std::move(*logs), above);
  HistoryImport history(env, above, fuzzy, take);
  for (const JavaFile& log : *logs) {
    if (Status done = history.add(log, &log == &logs->back()); !done.ok()) return done;
  }
  return ok_status();
}

Result<Epochs> read_java_epochs(Env& env, const JavaDirectories& from, Zxid last) {
  const auto accepted = read_epoch(env, from.data + "/acceptedEpoch");
  if (!accepted.ok()) return accepted.fault();
  const std::string path = from.data + "/currentEpoch";
  const auto current = read_epoch(env, path);
  if (!current.ok()) return current.fault();
  Epochs epochs;
  epochs.current = current->value_or(last.epoch());
  if (last.epoch() > epochs.current) {
    const auto begun = read_epoch(env, path + ".tmp");
    if (!begun.ok()) return begun.fault();
    if (begun->value_or(0) != last.epoch()) {
      return make_fault("{}: says {}, and the log is of epoch {}", path, epochs.current, last.epoch());
    }
    epochs.current = last.epoch();
  }
  epochs.accepted = accepted->value_or(epochs.current);
  if (epochs.accepted < epochs.current) {
    return make_fault("{}/acceptedEpoch: says {}, which is less than currentEpoch's {}", from.data,
                      epochs.accepted, epochs.current);
  }
  return epochs;
}

}  // namespace paddock::store
