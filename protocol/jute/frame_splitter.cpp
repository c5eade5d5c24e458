#include "protocol/jute/frame_splitter.h"

#include "protocol/base/check.h"
#include "protocol/jute/endian.h"

namespace paddock::jute {

std::span<char> FrameSplitter::space(size_t least) {
  if (begin_ == end_) begin_ = end_ = 0;
  size_t wanted = least;
  if (end_ - begin_ >= 4 && !broken_) {
    const int32_t length = load_int(buffer_.data() + begin_);
    const auto have = static_cast<int64_t>(end_ - begin_ - 4);
    if (length <= max_frame_ && length - have > static_cast<int64_t>(wanted)) {
      wanted = static_cast<size_t>(length - have);
    }
  }
  if (buffer_.size() - end_ < wanted) {
    buffer_.erase(0, begin_);
    end_ -= begin_;
    begin_ = 0;
    if (buffer_.size() - end_ < wanted) buffer_.resize(end_ + wanted);
  }
  return std::span<char>(buffer_.data() + end_, buffer_.size() - end_);
}

void FrameSplitter::commit(size_t count) {
  PADDOCK_CHECK(count <= buffer_.size() - end_, "{} bytes committed into a space of {}", count,
                buffer_.size() - end_);
  end_ += count;
}

std::optional<std::string_view> FrameSplitter::next() {
  if (broken_ || end_ - begin_ < 4) return std::nullopt;
  const int32_t length = load_int(buffer_.data() + begin_);
  if (length < 0 || length > max_frame_) {
    broken_ = true;
    bad_length_ = length;
    return std::nullopt;
  }
  if (end_ - begin_ - 4 < static_cast<size_t>(length)) return std::nullopt;
  const std::string_view frame(buffer_.data() + begin_ + 4, static_cast<size_t>(length));
  begin_ += 4 + static_cast<size_t>(length);
  return frame;
}

void FrameSplitter::skip(size_t count) {
  PADDOCK_CHECK(count <= end_ - begin_, "skip({}) of {} bytes", count, end_ - begin_);
  begin_ += count;
}

}  // namespace paddock::jute
