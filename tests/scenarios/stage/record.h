// Record: a transaction as scenarios speak of it: a zxid "1:2" (epoch, counter) and a word.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "protocol/base/ids.h"

namespace paddock::scenarios {

struct Record {
  Zxid zxid;
  std::string word;
  friend bool operator==(const Record&, const Record&) = default;
};
using Records = std::vector<Record>;

inline std::string to_text(Zxid zxid) {
  return fmt::format("{}:{}", zxid.epoch(), zxid.counter());
}
inline std::string to_text(const Record& record) {
  return fmt::format("{} {}", to_text(record.zxid), record.word);
}
inline std::string to_text(const Records& records) {
  if (records.empty()) return "nothing";
  std::string text;
  for (const Record& record : records) text += (text.empty() ? "" : ", ") + to_text(record);
  return text;
}

}  // namespace paddock::scenarios
