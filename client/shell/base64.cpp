#include "client/shell/base64.h"

#include <algorithm>
#include <cstdint>

namespace paddock::client::shell {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t left = std::min<size_t>(3, bytes.size() - i);
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k)
      group = group << 8 | (k < left ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (size_t k = 0; k < 4; ++k) text.push_back(k <= left ? kAlphabet[group >> (18 - 6 * k) & 63] : '=');
  }
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes;
  for (size_t i = 0; i < text.size(); i += 4) {
    std::string_view group = text.substr(i, 4);
    if (i + 4 == text.size()) group = group.substr(0, group.find('='));
    if (group.size() < 2) return std::nullopt;
    uint32_t bits = 0;
    for (const char c : group) {
      const size_t digit = kAlphabet.find(c);
      if (digit == kAlphabet.npos) return std::nullopt;
      bits = bits << 6 | static_cast<uint32_t>(digit);
    }
    bits <<= 6 * (4 - group.size());
    for (size_t k = 0; k + 1 < group.size(); ++k)
      bytes.push_back(static_cast<char>(bits >> (16 - 8 * k) & 255));
  }
  // "Zh==" and "Zg=x" would be read as well, and are not what anybody wrote.
  if (base64(bytes) != text) return std::nullopt;
  return bytes;
}

}  // namespace paddock::client::shell
