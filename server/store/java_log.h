// The transaction logs of Java's ZooKeeper (spec/disk-formats.md section 2), read from their bytes: for
// importing a Java server's data directory, and for tests against recorded logs. Pure: no file is opened
// here.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/base/result.h"

namespace paddock::store {

struct JavaLogEntry {
  Zxid zxid;
  std::string_view txn;  // what txn::decode_txn reads; a view into the file's bytes
};

inline constexpr int32_t kJavaLogMagic = 0x5a4b4c47;  // "ZKLG"

// Java's default of jute.maxbuffer and its extra: the largest transaction that a log holds.
inline constexpr int32_t kJavaEntryLimit = 2 * 0xfffff;

// One entry after the other, for whoever wants to know where each stands, and what comes before damage.
class JavaLogCursor {
 public:
  // A fault for bytes that are no log.
  static Result<JavaLogCursor> open(std::string_view file, int32_t max_entry = kJavaEntryLimit);

  // Nothing where the log ends. Ends and faults are those of read_java_log(), and stay.
  Result<std::optional<JavaLogEntry>> next();
  // Where the next entry begins; where the log ends, or the entry of the fault.
  size_t offset() const { return offset_; }
  // Requires: the log has ended. Something was begun there: bytes other than zero.
  bool is_torn() const;
  // Requires: the log has ended. The zxid of a whole entry behind the one that lacks its end marker: then no
  // write was torn there. Java does not look for it.
  std::optional<Zxid> entry_behind_end() const;

 private:
  JavaLogCursor(std::string_view file, int32_t max_entry) : file_(file), max_entry_(max_entry) {}

  std::string_view file_;
  int32_t max_entry_;
  size_t offset_ = 0;
};

// The entries in the order of the file. The log ends, as for Java, at its end, at the first zero length
// (padding) and at a torn entry: one that the file cuts or that lacks its end marker. A fault for bytes that
// are no log, an impossible length, and a checksum that does not match, even the last one: it is damage, not
// an interrupted write. Transactions are not looked into; unknown types show when they are decoded.
Result<std::vector<JavaLogEntry>> read_java_log(std::string_view file, int32_t max_entry = kJavaEntryLimit);

}  // namespace paddock::store
