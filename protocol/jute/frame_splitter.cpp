#include "protocol/jute/frame_splitter.h"

#include "protocol/jute/endian.h"

namespace paddock::jute {

std::span<char> FrameSplitter::space(size_t least) {
  size_t wanted = least;
  const std::string_view bytes = buffer_.view();
  if (bytes.size() >= 4 && !broken_) {
    const int32_t length = load_int(bytes.data());
    const auto have = static_cast<int64_t>(bytes.size() - 4);
    if (length <= max_frame_ && length - have > static_cast<int64_t>(wanted)) {
      wanted = static_cast<size_t>(length - have);
    }
  }
  return buffer_.space(wanted);
}

std::optional<std::string_view> FrameSplitter::next() {
  const std::string_view bytes = buffer_.view();
  if (broken_ || bytes.size() < 4) return std::nullopt;
  const int32_t length = load_int(bytes.data());
  if (length < 0 || length > max_frame_) {
    broken_ = true;
    bad_length_ = length;
    return std::nullopt;
  }
  const auto size = static_cast<size_t>(length);
  if (bytes.size() - 4 < size) return std::nullopt;
  buffer_.consume(4 + size);
  return bytes.substr(4, size);
}

}  // namespace paddock::jute
