#include "client/shell/hexdump.h"

#include <fmt/core.h>

#include <algorithm>

namespace paddock::client::shell {
namespace {

constexpr size_t kBytesInARow = 16;
constexpr std::string_view kHead =
    "         +-------------------------------------------------+\n"
    "         |  0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f |\n"
    "+--------+-------------------------------------------------+----------------+";
constexpr std::string_view kFoot =
    "+--------+-------------------------------------------------+----------------+";

std::string row_text(std::string_view bytes, size_t offset) {
  std::string digits;
  std::string letters;
  for (const char c : bytes.substr(offset, kBytesInARow)) {
    digits += fmt::format(" {:02x}", static_cast<unsigned char>(c));
    letters += c >= ' ' && c < '\x7f' ? c : '.';
  }
  return fmt::format("\n|{:08x}|{:<48} |{:<16}|", offset, digits, letters);
}

}  // namespace

std::string hex_dump(std::string_view bytes) {
  if (bytes.empty()) return {};
  std::string text(kHead);
  for (size_t offset = 0; offset < bytes.size(); offset += kBytesInARow) text += row_text(bytes, offset);
  return text + '\n' + std::string(kFoot);
}

}  // namespace paddock::client::shell
