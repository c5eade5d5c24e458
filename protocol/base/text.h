// Small text work that parsers of settings and configurations need.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paddock {

inline std::string_view trim(std::string_view text) {
  const std::string_view blanks = " \t\r\n\f";
  const size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

inline std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// What stands between separators, without blanks around it; nothing between two separators is no part.
inline std::vector<std::string_view> parts_of(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (const std::string_view part : split(text, separator)) {
    if (!trim(part).empty()) parts.push_back(trim(part));
  }
  return parts;
}

// Of ASCII letters; what is no letter stays.
inline std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return lower;
}

inline std::string to_upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return upper;
}

// The whole text as a signed number in `base`, as Long.parseLong reads it.
inline std::optional<int64_t> parse_number(std::string_view text, int base = 10) {
  if (text.starts_with('+') && text.size() > 1 && text[1] != '-') text.remove_prefix(1);
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

// As Long.decode: a hexadecimal number behind 0x, 0X or #.
inline std::optional<int64_t> parse_decoded(std::string_view text) {
  const bool negative = text.starts_with('-');
  const std::string_view digits = negative ? text.substr(1) : text;
  size_t prefix = 0;
  if (digits.starts_with("0x") || digits.starts_with("0X")) prefix = 2;
  if (digits.starts_with('#')) prefix = 1;
  if (prefix == 0) return parse_number(text);
  const std::string_view hex = digits.substr(prefix);
  if (hex.starts_with('-') || hex.starts_with('+')) return std::nullopt;
  const auto value = parse_number(hex, 16);
  if (!value) return std::nullopt;
  return negative ? -*value : *value;
}

}  // namespace paddock
