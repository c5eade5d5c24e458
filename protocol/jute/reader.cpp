#include "protocol/jute/reader.h"

#include "protocol/jute/endian.h"

namespace paddock::jute {

bool Reader::take(size_t count, std::string_view& taken) {
  if (!ok_ || rest_.size() < count) {
    fail();
    return false;
  }
  taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return true;
}

void Reader::fail() {
  ok_ = false;
  rest_ = {};
}

uint8_t Reader::read_byte() {
  std::string_view bytes;
  return take(1, bytes) ? static_cast<uint8_t>(bytes[0]) : 0;
}

int32_t Reader::read_int() {
  std::string_view bytes;
  return take(4, bytes) ? load_int(bytes.data()) : 0;
}

int64_t Reader::read_long() {
  std::string_view bytes;
  return take(8, bytes) ? load_long(bytes.data()) : 0;
}

Buffer Reader::read_buffer() {
  const int32_t length = read_int();
  if (!ok_ || length == -1) return Buffer();
  std::string_view bytes;
  if (length < -1 || length > max_buffer_ || !take(static_cast<size_t>(length), bytes)) {
    fail();
    return Buffer();
  }
  return Buffer(bytes);
}

}  // namespace paddock::jute
