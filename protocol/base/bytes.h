// Bytes: an immutable, counted run of bytes. A transaction is encoded once into one of these; the log, every
// peer link and the history then share it. Copying costs one atomic increment; safe to hand to other threads.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace paddock {

class Bytes {
 public:
  Bytes() = default;
  explicit Bytes(std::string content) : content_(std::make_shared<const std::string>(std::move(content))) {}

  std::string_view view() const { return content_ ? std::string_view(*content_) : std::string_view(); }
  size_t size() const { return content_ ? content_->size() : 0; }
  bool empty() const { return size() == 0; }
  friend bool operator==(const Bytes& a, const Bytes& b) { return a.view() == b.view(); }

 private:
  std::shared_ptr<const std::string> content_;
};

}  // namespace paddock
