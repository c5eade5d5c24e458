// ReceiveBuffer: bytes of a stream between the socket that reads them and whoever cuts them up. One run of
// memory with a consumed front: what is left moves to the beginning only when there is no room behind it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "protocol/base/check.h"

namespace paddock::jute {

class ReceiveBuffer {
 public:
  // Where the next bytes go; at least `wanted`. Invalidates earlier views.
  std::span<char> space(size_t wanted) {
    if (begin_ == end_) begin_ = end_ = 0;
    if (bytes_.size() - end_ < wanted) {
      bytes_.erase(0, begin_);
      end_ -= begin_;
      begin_ = 0;
      if (bytes_.size() - end_ < wanted) bytes_.resize(end_ + wanted);
    }
    return std::span<char>(bytes_.data() + end_, bytes_.size() - end_);
  }
  // `count` bytes were written into space().
  void commit(size_t count) {
    PADDOCK_CHECK(count <= bytes_.size() - end_, "{} bytes committed into a space of {}", count,
                  bytes_.size() - end_);
    end_ += count;
  }
  void consume(size_t count) {
    PADDOCK_CHECK(count <= size(), "{} bytes consumed of {}", count, size());
    begin_ += count;
  }
  // Memory beyond `kept` goes back if nothing is in it.
  void shrink(size_t kept) {
    if (begin_ != end_ || bytes_.size() <= kept) return;
    bytes_ = {};
    begin_ = end_ = 0;
  }

  size_t size() const { return end_ - begin_; }
  std::string_view view() const { return std::string_view(bytes_).substr(begin_, size()); }

 private:
  std::string bytes_;
  size_t begin_ = 0;  // first byte not consumed
  size_t end_ = 0;    // behind the last byte received
};

}  // namespace paddock::jute
