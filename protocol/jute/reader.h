// Reader: takes jute primitives off a run of bytes, never past its end. Sans-IO; owns nothing.
//
// Invariants
// 1. The first malformed item makes ok() false for good; everything read after it is zero, null or empty.
// 2. No memory is taken on the word of a length: a buffer is a view into the input, and a vector's count is
//    held against what remains (codec.h) before anything is reserved.
#pragma once

#include <cstdint>
#include <string_view>

#include "protocol/jute/types.h"

namespace paddock::jute {

class Reader {
 public:
  // `max_buffer` bounds each single buffer or string (jute.maxbuffer + extra).
  explicit Reader(std::string_view input, int32_t max_buffer = INT32_MAX) : rest_(input), max_buffer_(max_buffer) {}

  bool ok() const { return ok_; }
  size_t remaining() const { return rest_.size(); }
  bool at_end() const { return rest_.empty(); }
  // What has not been read yet.
  std::string_view rest() const { return rest_; }

  uint8_t read_byte();
  bool read_bool() { return read_byte() != 0; }
  int32_t read_int();
  int64_t read_long();
  // Length -1 is null; below -1, above max_buffer or past the end fails.
  Buffer read_buffer();
  // Makes ok() false: for a caller that finds the input malformed on a higher level.
  void fail();

 private:
  bool take(size_t count, std::string_view& taken);

  std::string_view rest_;
  int32_t max_buffer_;
  bool ok_ = true;
};

}  // namespace paddock::jute
