// All integers little-endian.
//   file   = header block* end
//   header = 8 bytes of magic | u32 version | u32 zero | i64 zxid | u64 XXH3-64 of all before
//   block  = u32 length, above 0 | bytes | u64 hash
//   end    = u32 0 | u64 hash
//   hash   = XXH3-64 of (the hash before, u32 length, bytes); before the first block: the header's
#include "server/store/snapshot_file.h"

#include <algorithm>

#include "server/store/little_endian.h"

namespace paddock::store {
namespace {

constexpr uint32_t kVersion = 1;
constexpr size_t kHeaderBytes = 32;
constexpr size_t kBlockBytes = 1 << 20;
// So that finish() does not wait for the whole file at once.
constexpr uint64_t kSyncEvery = 32 << 20;

uint64_t hash_of(uint64_t chain, std::string_view bytes) {
  std::string hashed;
  hashed.reserve(12 + bytes.size());
  append_to(hashed, chain);
  append_to(hashed, static_cast<uint32_t>(bytes.size()));
  hashed += bytes;
  return checksum_of(hashed);
}

}  // namespace

Result<std::unique_ptr<SnapshotFileWriter>> SnapshotFileWriter::create(Env& env, const std::string& path,
                                                                       Zxid zxid) {
  auto file = env.open(path, Env::Open::create);
  if (!file.ok()) return file.fault();
  if (Status done = (*file)->truncate(0); !done.ok()) return done.fault();
  std::unique_ptr<SnapshotFileWriter> writer(new SnapshotFileWriter(std::move(*file)));
  std::string header(kReceivedSnapshotMagic);
  append_to(header, kVersion);
  append_to(header, uint32_t{0});
  append_to(header, zxid.value);
  writer->chain_ = checksum_of(header);
  append_to(header, writer->chain_);
  if (Status done = writer->write(header); !done.ok()) return done.fault();
  return writer;
}

Status SnapshotFileWriter::write(std::string_view bytes) {
  if (Status done = file_->write_at(offset_, bytes); !done.ok()) return done;
  offset_ += bytes.size();
  if (offset_ - synced_ < kSyncEvery) return ok_status();
  synced_ = offset_;
  return file_->sync_data();
}

// An empty block is the end.
Status SnapshotFileWriter::write_block() {
  chain_ = hash_of(chain_, block_);
  std::string framed;
  framed.reserve(block_.size() + 12);
  append_to(framed, static_cast<uint32_t>(block_.size()));
  framed += block_;
  append_to(framed, chain_);
  block_.clear();
  return write(framed);
}

Status SnapshotFileWriter::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t taken = std::min(bytes.size(), kBlockBytes - block_.size());
    block_ += bytes.substr(0, taken);
    bytes.remove_prefix(taken);
    if (block_.size() < kBlockBytes) continue;
    if (Status done = write_block(); !done.ok()) return done;
  }
  return ok_status();
}

Status SnapshotFileWriter::finish() {
  if (!block_.empty()) {
    if (Status done = write_block(); !done.ok()) return done;
  }
  if (Status done = write_block(); !done.ok()) return done;
  return file_->sync_data();
}

Result<std::unique_ptr<SnapshotFileReader>> SnapshotFileReader::open(Env& env, const std::string& path) {
  auto file = env.open(path, Env::Open::existing);
  if (!file.ok()) return file.fault();
  std::unique_ptr<SnapshotFileReader> reader(new SnapshotFileReader(std::move(*file), path));
  if (Status done = reader->read_header(); !done.ok()) return done.fault();
  return reader;
}

Fault SnapshotFileReader::damaged(std::string_view what) const {
  return make_fault("{}: offset {}: the snapshot is damaged: {}", path_, offset_, what);
}

Status SnapshotFileReader::read_header() {
  const auto bytes = file_->read_at(0, kHeaderBytes);
  if (!bytes.ok()) return bytes.fault();
  if (bytes->size() < kHeaderBytes || !bytes->starts_with(kReceivedSnapshotMagic)) return damaged("no header");
  chain_ = load<uint64_t>(bytes->data() + 24);
  if (chain_ != checksum_of(std::string_view(*bytes).substr(0, 24))) return damaged("the header's hash");
  const auto version = load<uint32_t>(bytes->data() + 8);
  if (version != kVersion) {
    return make_fault("{}: format version {}; this server reads version {}", path_, version, kVersion);
  }
  zxid_ = Zxid{load<int64_t>(bytes->data() + 16)};
  offset_ = kHeaderBytes;
  return ok_status();
}

Result<std::optional<std::string>> SnapshotFileReader::next() {
  const auto head = file_->read_at(offset_, 4);
  if (!head.ok()) return head.fault();
  const uint32_t length = head->size() < 4 ? UINT32_MAX : load<uint32_t>(head->data());
  if (length > kBlockBytes) return damaged("it ends here, or has an impossible length");
  auto block = file_->read_at(offset_ + 4, length + 8);
  if (!block.ok()) return block.fault();
  if (block->size() < length + 8) return damaged("it ends in the middle of a block");
  const auto hash = load<uint64_t>(block->data() + length);
  block->resize(length);
  if (hash != hash_of(chain_, *block)) return damaged("a block's hash");
  chain_ = hash;
  if (length == 0) return std::optional<std::string>();
  offset_ += 4 + length + 8;
  return std::optional(std::move(*block));
}

}  // namespace paddock::store
