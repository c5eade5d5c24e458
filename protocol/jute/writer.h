// Writer: appends jute primitives to a string that the caller owns. Never fails.
#pragma once

#include <cstdint>
#include <string>

#include "protocol/jute/endian.h"
#include "protocol/jute/types.h"

namespace paddock::jute {

class Writer {
 public:
  // Appends behind what `out` already holds. `out` must outlive the writer.
  explicit Writer(std::string& out) : out_(out) {}

  void write_byte(uint8_t value) { out_.push_back(static_cast<char>(value)); }
  void write_bool(bool value) { write_byte(value ? 1 : 0); }
  void write_int(int32_t value) {
    char bytes[4];
    store_int(bytes, value);
    out_.append(bytes, sizeof bytes);
  }
  void write_long(int64_t value) {
    char bytes[8];
    store_long(bytes, value);
    out_.append(bytes, sizeof bytes);
  }
  void write_buffer(const Buffer& value) {
    if (value.is_null()) return write_int(-1);
    write_int(static_cast<int32_t>(value.size()));
    out_.append(value.view());
  }
  // Bytes that are encoded already.
  void write_raw(std::string_view bytes) { out_.append(bytes); }

  std::string& out() { return out_; }

  // Frames: begin_frame() leaves room for a length, end_frame() fills it in.
  size_t begin_frame() {
    const size_t start = out_.size();
    out_.append(4, '\0');
    return start;
  }
  void end_frame(size_t start) {
    store_int(out_.data() + start, static_cast<int32_t>(out_.size() - start - 4));
  }

 private:
  std::string& out_;
};

}  // namespace paddock::jute
