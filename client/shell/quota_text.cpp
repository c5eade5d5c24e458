#include "client/shell/quota_text.h"

#include <fmt/core.h>

#include <charconv>

namespace paddock::client::shell {

QuotaText QuotaText::parse(std::string_view text) {
  QuotaText quota;
  while (!text.empty()) {
    const size_t end = text.find_first_of(",;");
    const std::string_view part = text.substr(0, end);
    text = end == text.npos ? std::string_view() : text.substr(end + 1);
    const size_t equals = part.find('=');
    if (equals == part.npos) continue;
    const std::string_view key = part.substr(0, equals);
    int64_t value = -1;
    std::from_chars(part.data() + equals + 1, part.data() + part.size(), value);
    if (key == "count") quota.count = value;
    if (key == "bytes") quota.bytes = value;
    if (key == "countHardLimit") quota.count_hard = value;
    if (key == "byteHardLimit") quota.bytes_hard = value;
  }
  return quota;
}

std::string QuotaText::str() const {
  return fmt::format("count={},bytes={}=;byteHardLimit={};countHardLimit={}", count, bytes, bytes_hard,
                     count_hard);
}

}  // namespace paddock::client::shell
