#include "znode/quota.h"

#include <fmt/format.h>

#include <charconv>

namespace paddock::znode {
namespace {

constexpr std::string_view kCount = "count";
constexpr std::string_view kBytes = "bytes";
constexpr std::string_view kCountHardLimit = "countHardLimit";
constexpr std::string_view kByteHardLimit = "byteHardLimit";

int64_t parse_number(std::string_view text) {
  int64_t number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : -1;
}

void assign(QuotaText& quota, std::string_view key, int64_t number) {
  if (key == kCount) {
    quota.count = number;
  } else if (key == kBytes) {
    quota.bytes = number;
  } else {
    if (key == kCountHardLimit) quota.count_hard_limit = number;
    if (key == kByteHardLimit) quota.byte_hard_limit = number;
    quota.others[std::string(key)] = number;
  }
}

}  // namespace

QuotaText QuotaText::parse(std::string_view text) {
  QuotaText quota;
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of(",;"), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    const size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
    assign(quota, pair.substr(0, equals), parse_number(value.substr(0, value.find('='))));
  }
  return quota;
}

std::string QuotaText::to_text() const {
  std::map<std::string, int64_t> further = others;
  if (count_hard_limit != -1) further[std::string(kCountHardLimit)] = count_hard_limit;
  if (byte_hard_limit != -1) further[std::string(kByteHardLimit)] = byte_hard_limit;
  std::string text = fmt::format("count={},bytes={}", count, bytes);
  // Readers before 3.7 split at '=' and ignore what a second one hides from them.
  if (!further.empty()) text += '=';
  for (const auto& [key, number] : further) text += fmt::format(";{}={}", key, number);
  return text;
}

}  // namespace paddock::znode
