// FrameSplitter: cuts a byte stream into frames (4-byte length, then that many bytes; spec/client-protocol.md
// section 1). Sans-IO: the socket's owner reads into space() and commits; frames come out as views.
//
// Invariants
// 1. A length below 0 or above the limit is refused when its 4 bytes are there, before memory is taken.
// 2. Memory held is at most one read's space plus one frame of the limit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "protocol/jute/receive_buffer.h"

namespace paddock::jute {

class FrameSplitter {
 public:
  explicit FrameSplitter(int32_t max_frame) : max_frame_(max_frame) {}

  // Where the next bytes of the stream go; at least `least` bytes. Invalidates views of earlier frames.
  std::span<char> space(size_t least = 4096);
  // `count` bytes were written into space().
  void commit(size_t count) { buffer_.commit(count); }

  // The next whole frame without its length, or nothing. Valid until the next call of space().
  std::optional<std::string_view> next();

  // True once a length was out of bounds: nothing more comes out, the connection is to be closed.
  bool broken() const { return broken_; }
  // The length that broke it. Requires: broken().
  int32_t bad_length() const { return bad_length_; }

  // The bytes at hand that next() has not returned yet.
  std::string_view pending() const { return buffer_.view(); }
  // Drops `count` of them: for what precedes the first frame.
  void skip(size_t count) { buffer_.consume(count); }

 private:
  int32_t max_frame_;
  ReceiveBuffer buffer_;
  bool broken_ = false;
  int32_t bad_length_ = 0;
};

}  // namespace paddock::jute
