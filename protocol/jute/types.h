// The value types of jute records (spec/client-protocol.md section 2). A record is a plain aggregate of
// bool, int32_t, int64_t, Buffer/Text, Vector<T>, std::optional<T> (only as trailing fields) and other
// records; the codec reflects over its fields in declaration order.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace paddock::jute {

// A view of bytes that may be null; null (length -1 on the wire) and empty differ and survive a round trip.
// Owns nothing: a decoded record is valid as long as the frame it was decoded from.
class Buffer {
 public:
  constexpr Buffer() = default;  // null
  constexpr Buffer(std::string_view view) : view_(view), null_(false) {}
  constexpr Buffer(const char* text) : Buffer(std::string_view(text)) {}
  Buffer(const std::string& text) : Buffer(std::string_view(text)) {}

  constexpr bool is_null() const { return null_; }
  // Empty for null.
  constexpr std::string_view view() const { return view_; }
  constexpr size_t size() const { return view_.size(); }
  std::string str() const { return std::string(view_); }
  friend constexpr bool operator==(const Buffer& a, const Buffer& b) {
    return a.null_ == b.null_ && a.view_ == b.view_;
  }

 private:
  std::string_view view_;
  bool null_ = true;
};

// A ustring: the same bytes on the wire, UTF-8 by intent. Bytes are kept as they came.
using Text = Buffer;

// A vector that may be null (count -1). `items` of a null vector is empty.
template <class T>
struct Vector {
  std::vector<T> items;
  bool null = false;

  Vector() = default;
  Vector(std::vector<T> values) : items(std::move(values)) {}
  Vector(std::initializer_list<T> values) : items(values) {}
  static Vector make_null() {
    Vector vector;
    vector.null = true;
    return vector;
  }
  auto begin() const { return items.begin(); }
  auto end() const { return items.end(); }
  size_t size() const { return items.size(); }
  bool empty() const { return items.empty(); }
  friend bool operator==(const Vector&, const Vector&) = default;
};

}  // namespace paddock::jute
