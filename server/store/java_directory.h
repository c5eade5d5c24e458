// What a Java server left in its version-2 directories (spec/disk-formats.md), read as Java reads it at a
// start: the newest snapshot that is whole, the log behind it, the epochs. Nothing is changed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/base/result.h"
#include "server/store/contract.h"
#include "server/store/env.h"

namespace paddock::store {

// The version-2 directories of dataDir and dataLogDir; may be one, and either may be absent.
struct JavaDirectories {
  std::string data;
  std::string log;
};

struct JavaFile {
  std::string path;
  Zxid zxid;  // of its name
};

// "snapshot.1f.gz" with the prefix "snapshot." gives 0x1f; nothing for another name. Java takes a number that
// is none for -1: such a file is never looked at.
std::optional<Zxid> zxid_in_java_name(std::string_view name, std::string_view prefix);
// Oldest first.
Result<std::vector<JavaFile>> java_snapshots(Env& env, const JavaDirectories& from);
Result<std::vector<JavaFile>> java_logs(Env& env, const JavaDirectories& from);
// Whether there is any of them, or a promise.
Result<bool> has_java_data(Env& env, const JavaDirectories& from);

struct JavaSnapshotFile {
  JavaFile file;
  std::string content;      // uncompressed, verified
  std::string passed_over;  // what is wrong with newer ones; empty if there are none
};
// A snapshot's bytes as read_java_snapshot() takes and has verified them, of a compressed one too unless it
// is snappy's.
Result<std::string> read_java_snapshot_file(Env& env, const std::string& path);
// The newest that is whole; a zxid of -1 and no content if there is none at all. A fault if there are some
// and none can be read, or a newer one is compressed by snappy.
Result<JavaSnapshotFile> newest_java_snapshot(Env& env, const JavaDirectories& from);

// Gives `take` the transactions above `above`, file by file, as Wal::append_group wants them. Transactions up
// to `fuzzy` lose their digests: the snapshot may hold some of them already, so that a digest in between
// means nothing.
using TakeTransactions = std::function<Status(const std::vector<Append>&)>;
Status read_java_history(Env& env, const JavaDirectories& from, Zxid above, Zxid fuzzy,
                         const TakeTransactions& take);

// `last`: the last transaction of snapshot and log. A fault where Java would not start.
Result<Epochs> read_java_epochs(Env& env, const JavaDirectories& from, Zxid last);

}  // namespace paddock::store
