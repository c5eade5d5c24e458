// A snapshot as a leader sent it, kept as one sequential file until the checkpoint has been filled from it.
//
// Owner: of a writer the log thread (or a start), of a reader whoever loads.
//
// Invariant: a file that is read to its end without a fault is, byte by byte, what was appended before
// finish().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/ids.h"
#include "protocol/base/result.h"
#include "server/store/env.h"

namespace paddock::store {

inline constexpr std::string_view kReceivedSnapshotMagic = "PKDKSNAP";

class SnapshotFileWriter {
 public:
  // Replaces what an earlier attempt left at `path`.
  static Result<std::unique_ptr<SnapshotFileWriter>> create(Env& env, const std::string& path, Zxid zxid);

  // Of the stream of spec/quorum-protocol.md 7.2, cut anywhere.
  Status append(std::string_view bytes);
  // The file's content is durable when it returns, its name when its directory is synced.
  Status finish();

 private:
  explicit SnapshotFileWriter(std::unique_ptr<File> file) : file_(std::move(file)) {}
  Status write_block();
  Status write(std::string_view bytes);

  std::unique_ptr<File> file_;
  uint64_t offset_ = 0;
  uint64_t synced_ = 0;
  uint64_t chain_ = 0;
  std::string block_;
};

class SnapshotFileReader {
 public:
  static Result<std::unique_ptr<SnapshotFileReader>> open(Env& env, const std::string& path);

  Zxid zxid() const { return zxid_; }
  // The next piece of the stream; nothing behind the last. A fault names file and offset.
  Result<std::optional<std::string>> next();

 private:
  SnapshotFileReader(std::unique_ptr<File> file, std::string path)
      : file_(std::move(file)), path_(std::move(path)) {}
  Status read_header();
  Fault damaged(std::string_view what) const;

  std::unique_ptr<File> file_;
  const std::string path_;
  Zxid zxid_;
  uint64_t offset_ = 0;
  uint64_t chain_ = 0;
};

}  // namespace paddock::store
