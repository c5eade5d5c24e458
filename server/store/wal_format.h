// The bytes of a log segment (all integers little-endian).
//
//   segment := header block*           the header fills the first 512 bytes; blocks begin at multiples of 512
//   header  := 8 bytes of magic | u32 version | u32 flags | u64 index | u64 stamp | u64 previous_end |
//              i64 base | u64 chain | i64 commit | i64 checkpoint | u64 XXH3-64 of all before | zeros
//   block   := u64 chain | note | record* | zeros      one group commit, one write
//   note    := frame of kind "NOTE": u64 index | u64 stamp | u64 offset | u64 durable_end | i64 commit |
//              i64 checkpoint
//   record  := frame of kind "TXN ": the transaction
//   frame   := u32 length of the payload | u32 kind | i64 zxid | payload | u64 hash
//   hash    := XXH3-64 of (the 8 bytes before the frame, the frame's header, its payload)
//
// The 8 bytes before a frame are the hash of the frame before it (in a block's first frame: a copy, `chain`),
// so the hashes are a chain, and yet a note can be verified alone. That is how recovery proves that something
// broken was once durable: a whole note further on says so. `stamp` is drawn for each segment, so that
// neither a client's data nor what the file held before can pass for a note.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/ids.h"
#include "protocol/base/result.h"

namespace paddock::store {

inline constexpr std::string_view kSegmentMagic = "PDKWAL\r\n";
inline constexpr uint32_t kWalVersion = 1;
inline constexpr uint64_t kBlockBytes = 512;
inline constexpr uint64_t kFrameHeaderBytes = 16;
inline constexpr uint64_t kFrameOverhead = kFrameHeaderBytes + 8;
inline constexpr uint64_t kNoteBytes = 48;
inline constexpr uint64_t kBlockOverhead = 8 + kFrameOverhead + kNoteBytes;

constexpr uint64_t align_up(uint64_t offset) {
  return (offset + kBlockBytes - 1) / kBlockBytes * kBlockBytes;
}

// A place between two frames.
struct LogPosition {
  uint64_t offset = kBlockBytes;
  uint64_t chain = 0;  // hash of the frame before
  Zxid zxid;           // of the last record before
};

struct SegmentHeader {
  bool begins_anew = false;   // nothing in earlier segments counts any more
  bool written_over = false;  // an older segment: what lies behind the end may be its
  uint64_t index = 0;         // consecutive
  uint64_t stamp = 0;
  uint64_t previous_end = 0;  // where the segment before this ended
  Zxid base;                  // the first record follows this zxid
  uint64_t chain = 0;         // hash of the last frame of the segment before
  Zxid commit;
  Zxid checkpoint;
};

struct Note {
  uint64_t index = 0;
  uint64_t stamp = 0;
  uint64_t offset = 0;       // of the block
  uint64_t durable_end = 0;  // all of this segment before it, and all earlier segments, were durable
  Zxid commit;
  Zxid checkpoint;
};

enum class FrameKind : uint32_t { note = 0x45544f4e, record = 0x204e5854 };

struct Frame {
  FrameKind kind;
  Zxid zxid;
  std::string_view payload;
  uint64_t hash;
  uint64_t bytes() const { return payload.size() + kFrameOverhead; }
};

std::string encode_header(const SegmentHeader& header, uint32_t version = kWalVersion);
// Nothing if the bytes are no whole header; a fault for a whole one of a later version.
Result<std::optional<SegmentHeader>> decode_header(const std::string& path, std::string_view bytes);

// Appends a frame to `out`, whose last 8 bytes are the hash of the frame before.
void append_frame(std::string& out, FrameKind kind, Zxid zxid, std::string_view payload);
// Begins a block: the chain and the note.
void append_note(std::string& out, const LogPosition& end, const Note& note);

// The length of the payload that a frame's header announces; nothing if it is no frame's header.
std::optional<uint32_t> frame_length(std::string_view header);
// The frame at the beginning of `bytes`, if it is whole and follows `chain`.
std::optional<Frame> decode_frame(std::string_view bytes, uint64_t chain);
// The note of a block that begins with `bytes`, if it is whole; its place and stamp are the caller's to
// judge.
std::optional<Note> decode_note(std::string_view bytes);
Note note_of(const Frame& frame);

}  // namespace paddock::store
