// A segment of the log as a file, and a cursor that walks its frames.
//
// Owner: the log (one thread). Bytes are read in large pieces; a view from a cursor lives until its next
// call.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.h"
#include "server/store/env.h"
#include "server/store/wal_format.h"

namespace paddock::store {

// What the log keeps in memory of a segment.
struct Segment {
  std::string path;
  uint64_t size = 0;  // of the file, preallocated
  SegmentHeader header;
  LogPosition end;                 // behind its last frame
  Zxid first;                      // first record, 0 if none
  std::vector<LogPosition> marks;  // about one per 64 KiB, each before a block

  // Called before a block is written or read at `position`.
  void mark(const LogPosition& position);
  void count(Zxid record) {
    if (first == Zxid{}) first = record;
  }
  LogPosition begin() const { return {kBlockBytes, header.chain, header.base}; }
  // The last known place at or before the record that follows `zxid`.
  LogPosition nearest(Zxid zxid) const;
};

std::string segment_path(const std::string& directory, uint64_t index);
// Nothing if `name` is not a segment's.
std::optional<uint64_t> segment_index(std::string_view name);

// The file of `segment` (path, size), reserved.
Result<std::unique_ptr<File>> create_segment(Env& env, const Segment& segment);
// Durably, in a file that may have another name yet.
Status write_header(const Segment& segment, File& file);
// Makes the segment durable, its header and its name.
Status begin_segment(Env& env, const std::string& directory, const Segment& segment, File& file);

class SegmentCursor {
 public:
  // Walks from `from`; nothing at or above `limit` is looked at.
  SegmentCursor(File& file, const SegmentHeader& header, const LogPosition& from, uint64_t limit);

  // The next record; nothing if no whole frame follows position().
  Result<std::optional<Frame>> next();
  const LogPosition& position() const { return position_; }
  // Of the last block that was entered, and where it was entered; nothing before the first.
  const std::optional<Note>& note() const { return note_; }
  const LogPosition& block_entered() const { return block_entered_; }
  uint64_t blocks() const { return blocks_; }

  // A whole note behind position() which says that something there was durable: its offset.
  Result<std::optional<uint64_t>> proof_of_damage();
  // One past the last byte at or above position() that is not zero; position().offset if all are.
  Result<uint64_t> end_of_bytes();
  // Of a segment that was written over, whose bytes behind its end mean nothing: a write that was cut short
  // can be told by the rest of its sector, which is zeros behind a whole one, or by how its block begins.
  Result<bool> is_cut_short();

 private:
  Result<std::string_view> window(uint64_t offset, size_t count);
  Result<std::optional<Frame>> frame_at(uint64_t offset, uint64_t chain);
  Result<bool> enter_block();
  bool is_ours(const Note& note, uint64_t offset) const;

  File& file_;
  const SegmentHeader header_;
  const uint64_t limit_;
  LogPosition position_;
  LogPosition block_entered_;
  std::optional<Note> note_;
  uint64_t blocks_ = 0;
  std::string window_;
  uint64_t window_offset_ = 0;
};

}  // namespace paddock::store
