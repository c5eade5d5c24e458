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
constexpr size_t kTxnHeader = jute::min_encoded_size<txn::TxnHeader>();
constexpr uint8_t kEndMarker = 'B';

int64_t adler32_of(std::string_view bytes) {
  const uLong start = adler32(0, nullptr, 0);
  return static_cast<int64_t>(
      adler32(start, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

}  // namespace

Result<std::vector<JavaLogEntry>> read_java_log(std::string_view file, int32_t max_entry) {
  jute::Reader reader(file);
  const int32_t magic = reader.read_int();
  reader.read_int();
  reader.read_long();
  if (!reader.ok())
    return make_fault("a log of {} bytes ends inside its header of {}", file.size(), kFileHeader);
  if (magic != kJavaLogMagic)
    return make_fault("a log begins with 0x{:08x}, not with ZKLG", static_cast<uint32_t>(magic));

  std::vector<JavaLogEntry> entries;
  for (;;) {
    const size_t offset = file.size() - reader.remaining();
    const int64_t checksum = reader.read_long();
    const int32_t length = reader.read_int();
    if (!reader.ok() || length == 0) return entries;
    if (length < 0 || length > max_entry) {
      return make_fault("the log entry at offset {} has a length of {} (limit {})", offset, length,
                        max_entry);
    }
    const std::string_view txn = reader.rest().substr(0, static_cast<size_t>(length));
    reader = jute::Reader(reader.rest().substr(txn.size()));
    if (reader.read_byte() != kEndMarker) return entries;
    if (adler32_of(txn) != checksum) {
      return make_fault("the log entry at offset {} has Adler-32 0x{:x}, its header says 0x{:x}", offset,
                        adler32_of(txn), checksum);
    }
    if (txn.size() < kTxnHeader)
      return make_fault("the log entry at offset {} holds {} bytes", offset, length);
    entries.push_back({txn::zxid_of(txn), txn});
  }
}

}  // namespace paddock::store
