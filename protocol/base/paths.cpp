#include "protocol/base/paths.h"

#include <array>
#include <cstdint>
#include <optional>

#include "protocol/base/check.h"

namespace paddock {
namespace {

// The next code point of at most three bytes, or nothing where the bytes are no valid UTF-8 of that length.
std::optional<uint32_t> next_code_point(std::string_view& rest) {
  auto byte_at = [&](size_t i) { return static_cast<uint8_t>(rest[i]); };
  auto continues = [&](size_t i) { return i < rest.size() && (byte_at(i) & 0xc0) == 0x80; };
  const uint8_t lead = byte_at(0);
  uint32_t point = 0;
  size_t length = 0;
  if (lead < 0x80) {
    point = lead, length = 1;
  } else if (lead >= 0xc2 && lead < 0xe0 && continues(1)) {
    point = (lead & 0x1fu) << 6 | (byte_at(1) & 0x3fu), length = 2;
  } else if (lead >= 0xe0 && lead < 0xf0 && continues(1) && continues(2)) {
    point = (lead & 0x0fu) << 12 | (byte_at(1) & 0x3fu) << 6 | (byte_at(2) & 0x3fu), length = 3;
    if (point < 0x800) return std::nullopt;
  } else {
    return std::nullopt;
  }
  rest.remove_prefix(length);
  return point;
}

bool is_legal_code_point(uint32_t point) {
  return point > 0x1f && !(point >= 0x7f && point <= 0x9f) && !(point >= 0xd800 && point <= 0xf8ff) &&
         point < 0xfff0;
}

bool has_legal_characters(std::string_view path) {
  while (!path.empty()) {
    const std::optional<uint32_t> point = next_code_point(path);
    if (!point || !is_legal_code_point(*point)) return false;
  }
  return true;
}

bool is_legal_component(std::string_view name) { return !name.empty() && name != "." && name != ".."; }

}  // namespace

bool is_valid_path(std::string_view path) {
  if (path.empty() || path[0] != '/') return false;
  if (path == "/") return true;
  if (!has_legal_characters(path)) return false;
  std::string_view rest = path.substr(1);
  while (true) {
    const size_t slash = rest.find('/');
    if (!is_legal_component(rest.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    rest.remove_prefix(slash + 1);
  }
}

bool names_a_node(std::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == path.npos || slash + 1 == path.size() || path.front() != '/') return false;
  return slash == 0 || path[slash - 1] != '/';  // "//a" would come to lie where "/a" does
}

std::string_view parent_path(std::string_view path) {
  const size_t slash = path.rfind('/');
  PADDOCK_CHECK(slash != std::string_view::npos, "no parent of '{}'", path);
  return slash == 0 ? path.substr(0, 1) : path.substr(0, slash);
}

std::string_view last_component(std::string_view path) {
  const size_t slash = path.rfind('/');
  PADDOCK_CHECK(slash != std::string_view::npos, "no last component of '{}'", path);
  return path.substr(slash + 1);
}

bool is_special_path(std::string_view path) {
  return path == "/" || path == "/zookeeper" || path == "/zookeeper/quota" || path == "/zookeeper/config";
}

bool is_at_or_below(std::string_view path, std::string_view ancestor) {
  if (ancestor == "/") return !path.empty() && path[0] == '/';
  return path.starts_with(ancestor) && (path.size() == ancestor.size() || path[ancestor.size()] == '/');
}

}  // namespace paddock
