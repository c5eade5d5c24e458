#include "server/store/wal_format.h"

#include "server/store/little_endian.h"

namespace paddock::store {
namespace {

constexpr size_t kHeaderUsed = 72;  // before its checksum
constexpr uint32_t kBeginsAnew = 1;
constexpr uint32_t kWrittenOver = 2;

bool is_kind(uint32_t word) {
  return word == static_cast<uint32_t>(FrameKind::note) || word == static_cast<uint32_t>(FrameKind::record);
}

}  // namespace

std::string encode_header(const SegmentHeader& header, uint32_t version) {
  std::string bytes(kSegmentMagic);
  append_to(bytes, version);
  append_to(bytes, (header.begins_anew ? kBeginsAnew : 0u) | (header.written_over ? kWrittenOver : 0u));
  append_to(bytes, header.index);
  append_to(bytes, header.stamp);
  append_to(bytes, header.previous_end);
  append_to(bytes, header.base.value);
  append_to(bytes, header.chain);
  append_to(bytes, header.commit.value);
  append_to(bytes, header.checkpoint.value);
  append_to(bytes, checksum_of(bytes));
  bytes.resize(kBlockBytes, '\0');
  return bytes;
}

Result<std::optional<SegmentHeader>> decode_header(const std::string& path, std::string_view bytes) {
  std::optional<SegmentHeader> none;
  if (bytes.size() < kBlockBytes || !bytes.starts_with(kSegmentMagic)) return none;
  if (load<uint64_t>(bytes.data() + kHeaderUsed) != checksum_of(bytes.substr(0, kHeaderUsed))) return none;
  const auto version = load<uint32_t>(bytes.data() + 8);
  if (version != kWalVersion) {
    return make_fault("{}: log format version {}; this server reads version {}", path, version, kWalVersion);
  }
  SegmentHeader header;
  const auto flags = load<uint32_t>(bytes.data() + 12);
  header.begins_anew = (flags & kBeginsAnew) != 0;
  header.written_over = (flags & kWrittenOver) != 0;
  header.index = load<uint64_t>(bytes.data() + 16);
  header.stamp = load<uint64_t>(bytes.data() + 24);
  header.previous_end = load<uint64_t>(bytes.data() + 32);
  header.base = Zxid{load<int64_t>(bytes.data() + 40)};
  header.chain = load<uint64_t>(bytes.data() + 48);
  header.commit = Zxid{load<int64_t>(bytes.data() + 56)};
  header.checkpoint = Zxid{load<int64_t>(bytes.data() + 64)};
  return std::optional<SegmentHeader>(header);
}

void append_frame(std::string& out, FrameKind kind, Zxid zxid, std::string_view payload) {
  const size_t chain_at = out.size() - 8;
  char header[kFrameHeaderBytes];
  store_to(header, static_cast<uint32_t>(payload.size()));
  store_to(header + 4, static_cast<uint32_t>(kind));
  store_to(header + 8, zxid.value);
  out.append(header, sizeof header);
  out.append(payload);
  append_to(out, checksum_of(std::string_view(out).substr(chain_at)));
}

void append_note(std::string& out, const LogPosition& end, const Note& note) {
  char payload[kNoteBytes];
  store_to(payload, note.index);
  store_to(payload + 8, note.stamp);
  store_to(payload + 16, note.offset);
  store_to(payload + 24, note.durable_end);
  store_to(payload + 32, note.commit.value);
  store_to(payload + 40, note.checkpoint.value);
  append_to(out, end.chain);
  append_frame(out, FrameKind::note, end.zxid, std::string_view(payload, sizeof payload));
}

std::optional<uint32_t> frame_length(std::string_view header) {
  if (header.size() < kFrameHeaderBytes || !is_kind(load<uint32_t>(header.data() + 4))) return std::nullopt;
  return load<uint32_t>(header.data());
}

std::optional<Frame> decode_frame(std::string_view bytes, uint64_t chain) {
  const auto length = frame_length(bytes);
  if (!length || bytes.size() < *length + kFrameOverhead) return std::nullopt;
  // The chain may come from elsewhere than the 8 bytes before, so it is put in front of a copy.
  thread_local std::string hashed;
  hashed.clear();
  append_to(hashed, chain);
  hashed.append(bytes.substr(0, kFrameHeaderBytes + *length));
  const auto hash = load<uint64_t>(bytes.data() + kFrameHeaderBytes + *length);
  if (hash != checksum_of(hashed)) return std::nullopt;
  return Frame{static_cast<FrameKind>(load<uint32_t>(bytes.data() + 4)),
               Zxid{load<int64_t>(bytes.data() + 8)}, bytes.substr(kFrameHeaderBytes, *length), hash};
}

std::optional<Note> decode_note(std::string_view bytes) {
  if (bytes.size() < kBlockOverhead) return std::nullopt;
  const auto length = frame_length(bytes.substr(8));
  if (!length || *length != kNoteBytes) return std::nullopt;
  const auto frame = decode_frame(bytes.substr(8, kBlockOverhead - 8), load<uint64_t>(bytes.data()));
  if (!frame || frame->kind != FrameKind::note) return std::nullopt;
  return note_of(*frame);
}

Note note_of(const Frame& frame) {
  const char* from = frame.payload.data();
  return {load<uint64_t>(from),      load<uint64_t>(from + 8),       load<uint64_t>(from + 16),
          load<uint64_t>(from + 24), Zxid{load<int64_t>(from + 32)}, Zxid{load<int64_t>(from + 40)}};
}

}  // namespace paddock::store
