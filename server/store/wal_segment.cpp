#include "server/store/wal_segment.h"

#include <algorithm>
#include <charconv>

#include "server/store/little_endian.h"

namespace paddock::store {
namespace {

constexpr uint64_t kMarkEvery = 64 << 10;
constexpr size_t kWindowBytes = 1 << 20;
constexpr std::string_view kSuffix = ".log";

}  // namespace

void Segment::mark(const LogPosition& position) {
  const uint64_t last = marks.empty() ? kBlockBytes : marks.back().offset;
  if (position.offset >= last + kMarkEvery) marks.push_back(position);
}

LogPosition Segment::nearest(Zxid zxid) const {
  const auto after =
      std::upper_bound(marks.begin(), marks.end(), zxid,
                       [](Zxid wanted, const LogPosition& mark) { return wanted < mark.zxid; });
  return after == marks.begin() ? begin() : *std::prev(after);
}

std::string segment_path(const std::string& directory, uint64_t index) {
  return fmt::format("{}/{:016x}{}", directory, index, kSuffix);
}

std::optional<uint64_t> segment_index(std::string_view name) {
  if (name.size() != 16 + kSuffix.size() || !name.ends_with(kSuffix)) return std::nullopt;
  uint64_t index = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + 16, index, 16);
  if (error != std::errc() || end != name.data() + 16) return std::nullopt;
  return index;
}

Result<std::unique_ptr<File>> create_segment(Env& env, const Segment& segment) {
  auto file = env.open(segment.path, Env::Open::create_new);
  if (!file.ok()) return file;
  if (Status done = (*file)->preallocate(segment.size); !done.ok()) return done.fault();
  return file;
}

Status write_header(const Segment& segment, File& file) {
  if (Status done = file.write_at(0, encode_header(segment.header)); !done.ok()) return done;
  return file.sync_data();
}

Status begin_segment(Env& env, const std::string& directory, const Segment& segment, File& file) {
  if (Status done = write_header(segment, file); !done.ok()) return done;
  return env.sync_directory(directory);
}

SegmentCursor::SegmentCursor(File& file, const SegmentHeader& header, const LogPosition& from, uint64_t limit)
    : file_(file), header_(header), limit_(limit), position_(from) {}

// At least `count` bytes from `offset`, unless the limit or the end of the file comes before.
Result<std::string_view> SegmentCursor::window(uint64_t offset, size_t count) {
  if (offset >= limit_) return std::string_view();
  count = std::min<uint64_t>(count, limit_ - offset);
  const bool held = offset >= window_offset_ && offset + count <= window_offset_ + window_.size();
  if (!held) {
    const size_t wanted = std::min<uint64_t>(std::max(count, kWindowBytes), limit_ - offset);
    auto bytes = file_.read_at(offset, wanted);
    if (!bytes.ok()) return bytes.fault();
    window_ = std::move(*bytes);
    window_offset_ = offset;
  }
  return std::string_view(window_).substr(offset - window_offset_);
}

Result<std::optional<Frame>> SegmentCursor::frame_at(uint64_t offset, uint64_t chain) {
  const auto header = window(offset, kFrameHeaderBytes);
  if (!header.ok()) return header.fault();
  const auto length = frame_length(*header);
  if (!length || offset + *length + kFrameOverhead > limit_) return std::optional<Frame>();
  const auto bytes = window(offset, *length + kFrameOverhead);
  if (!bytes.ok()) return bytes.fault();
  return decode_frame(*bytes, chain);
}

bool SegmentCursor::is_ours(const Note& note, uint64_t offset) const {
  return note.index == header_.index && note.stamp == header_.stamp && note.offset == offset;
}

// A block begins at the next multiple of 512, also where a truncation cut the block before.
Result<bool> SegmentCursor::enter_block() {
  const uint64_t offset = align_up(position_.offset);
  const auto bytes = window(offset, kBlockOverhead);
  if (!bytes.ok()) return bytes.fault();
  if (bytes->size() < kBlockOverhead || load<uint64_t>(bytes->data()) != position_.chain) return false;
  const auto frame = frame_at(offset + 8, position_.chain);
  if (!frame.ok()) return frame.fault();
  if (!*frame || (*frame)->kind != FrameKind::note || (*frame)->payload.size() != kNoteBytes) return false;
  const Note note = note_of(**frame);
  if (!is_ours(note, offset)) return false;
  note_ = note;
  block_entered_ = position_;
  ++blocks_;
  position_.offset = offset + kBlockOverhead;
  position_.chain = (*frame)->hash;
  return true;
}

Result<std::optional<Frame>> SegmentCursor::next() {
  while (true) {
    const auto frame = frame_at(position_.offset, position_.chain);
    if (!frame.ok()) return frame.fault();
    if (*frame && (*frame)->kind == FrameKind::record && (*frame)->zxid > position_.zxid) {
      position_ = {position_.offset + (*frame)->bytes(), (*frame)->hash, (*frame)->zxid};
      return *frame;
    }
    const auto entered = enter_block();
    if (!entered.ok()) return entered.fault();
    if (!*entered) return std::optional<Frame>();
  }
}

Result<std::optional<uint64_t>> SegmentCursor::proof_of_damage() {
  std::optional<uint64_t> none;
  for (uint64_t offset = align_up(position_.offset); offset + kBlockOverhead <= limit_;
       offset += kBlockBytes) {
    const auto bytes = window(offset, kBlockOverhead);
    if (!bytes.ok()) return bytes.fault();
    if (bytes->size() < kBlockOverhead) return none;
    if (const auto note = decode_note(*bytes); note && is_ours(*note, offset)) {
      if (note->durable_end > position_.offset) return std::optional<uint64_t>(offset);
    }
  }
  return none;
}

Result<bool> SegmentCursor::is_cut_short() {
  const size_t rest = align_up(position_.offset) - position_.offset;
  const auto bytes = window(position_.offset, rest + sizeof(uint64_t));
  if (!bytes.ok()) return bytes.fault();
  if (bytes->substr(0, rest).find_first_not_of('\0') != std::string_view::npos) return true;
  return bytes->size() >= rest + sizeof(uint64_t) && load<uint64_t>(bytes->data() + rest) == position_.chain;
}

Result<uint64_t> SegmentCursor::end_of_bytes() {
  uint64_t end = position_.offset;
  for (uint64_t offset = position_.offset; offset < limit_;) {
    const auto bytes = window(offset, 1);
    if (!bytes.ok()) return bytes.fault();
    if (bytes->empty()) return end;
    const size_t last = bytes->find_last_not_of('\0');
    if (last != std::string_view::npos) end = offset + last + 1;
    offset += bytes->size();
  }
  return end;
}

}  // namespace paddock::store
