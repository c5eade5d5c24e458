//   log   = "ZKLG" version:int dbid:long entry* [padding]
//   entry = adler32:long length:int transaction 'B'
//
// The checksum covers the transaction only.
#include "server/store/java_log.h"

#include <zlib.h>

#include "protocol/jute/codec.h"
#include "protocol/txn/txn.h"

namespace paddock::store {
namespace {

constexpr size_t kFileHeader = 16;
constexpr size_t kEntryHeader = 12;
constexpr size_t kTxnHeader = jute::min_encoded_size<txn::TxnHeader>();
constexpr uint8_t kEndMarker = 'B';

int64_t adler32_of(std::string_view bytes) {
  const uLong start = adler32(0, nullptr, 0);
  return static_cast<int64_t>(
      adler32(start, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

}  // namespace

Result<JavaLogCursor> JavaLogCursor::open(std::string_view file, int32_t max_entry) {
  jute::Reader reader(file);
  const int32_t magic = reader.read_int();
  reader.read_int();
  reader.read_long();
  if (!reader.ok())
    return make_fault("a log of {} bytes ends inside its header of {}", file.size(), kFileHeader);
  if (magic != kJavaLogMagic)
    return make_fault("a log begins with 0x{:08x}, not with ZKLG", static_cast<uint32_t>(magic));
  JavaLogCursor cursor(file, max_entry);
  cursor.offset_ = kFileHeader;
  return cursor;
}

Result<std::optional<JavaLogEntry>> JavaLogCursor::next() {
  const std::optional<JavaLogEntry> end;
  jute::Reader reader(file_.substr(offset_));
  const int64_t checksum = reader.read_long();
  const int32_t length = reader.read_int();
  if (!reader.ok() || length == 0) return end;
  if (length < 0 || length > max_entry_) {
    return make_fault("the log entry at offset {} has a length of {} (limit {})", offset_, length,
                      max_entry_);
  }
  const std::string_view txn = reader.rest().substr(0, static_cast<size_t>(length));
  reader = jute::Reader(reader.rest().substr(txn.size()));
  if (reader.read_byte() != kEndMarker) return end;
  if (adler32_of(txn) != checksum) {
    return make_fault("the log entry at offset {} has Adler-32 0x{:x}, its header says 0x{:x}", offset_,
                      adler32_of(txn), checksum);
  }
  if (txn.size() < kTxnHeader)
    return make_fault("the log entry at offset {} holds {} bytes", offset_, length);
  offset_ += kEntryHeader + txn.size() + 1;
  return std::optional(JavaLogEntry{txn::zxid_of(txn), txn});
}

bool JavaLogCursor::is_torn() const {
  return file_.find_first_not_of('\0', offset_) != std::string_view::npos;
}

std::optional<Zxid> JavaLogCursor::entry_behind_end() const {
  jute::Reader reader(file_.substr(offset_));
  reader.read_long();
  const int32_t length = reader.read_int();
  if (!reader.ok() || length <= 0 || length > max_entry_) return std::nullopt;
  JavaLogCursor behind = *this;
  behind.offset_ += kEntryHeader + static_cast<size_t>(length) + 1;
  if (behind.offset_ >= file_.size()) return std::nullopt;
  const auto entry = behind.next();
  return entry.ok() && *entry ? std::optional((*entry)->zxid) : std::nullopt;
}

Result<std::vector<JavaLogEntry>> read_java_log(std::string_view file, int32_t max_entry) {
  auto cursor = JavaLogCursor::open(file, max_entry);
  if (!cursor.ok()) return cursor.fault();
  std::vector<JavaLogEntry> entries;
  for (;;) {
    const auto entry = cursor->next();
    if (!entry.ok()) return entry.fault();
    if (!*entry) return entries;
    entries.push_back(**entry);
  }
}

}  // namespace paddock::store
