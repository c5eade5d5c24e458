// FrameTemplate: a request encoded once, whole frame; each use copies the bytes and writes the xid and the
// digits of the key over them. Building a request costs a memcpy of its size.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/client/opcode.h"

namespace paddock::client::bench {

// A place in a path where a number goes: `width` decimal digits of (number / divisor), leading zeros.
struct DigitField {
  size_t offset = 0;
  int width = 0;
  int64_t divisor = 1;
};

// A path with number fields: "/b/d{4:1000}/n{8:1}" has the thousands in 4 digits and the number in 8.
struct PathPattern {
  explicit PathPattern(std::string_view text);
  std::string path(int64_t number) const;

  std::string zeros;  // the path with every digit 0
  std::vector<DigitField> fields;
};

class FrameTemplate {
 public:
  // `body` is a record that begins with the pattern's `zeros` as its path.
  FrameTemplate(OpCode type, const PathPattern& pattern, std::string_view body);

  void append(std::string& out, int32_t xid, int64_t number) const;
  size_t size() const { return bytes_.size(); }

 private:
  std::string bytes_;
  std::vector<DigitField> fields_;  // offsets within bytes_
};

FrameTemplate read_frame(const PathPattern& pattern);
FrameTemplate write_frame(const PathPattern& pattern, std::string_view data);
FrameTemplate create_frame(const PathPattern& pattern, std::string_view data);
FrameTemplate remove_frame(const PathPattern& pattern);

}  // namespace paddock::client::bench
