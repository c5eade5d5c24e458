// Record: a transaction as scenarios speak of it: a zxid "1:2" (epoch, counter) and a word.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/ids.h"

namespace paddock::scenarios {

struct Record {
  Zxid zxid;
  std::string word;
  friend bool operator==(const Record&, const Record&) = default;
};
using Records = std::vector<Record>;

// A reconfiguration is bytes: "config(1,2,3 observers 4)". Anything else is said as it is.
std::string spoken(std::string_view txn);

inline std::string to_text(Zxid zxid) {
  return fmt::format("{}:{}", zxid.epoch(), zxid.counter());
}
inline std::string to_text(const Record& record) {
  return fmt::format("{} {}", to_text(record.zxid), spoken(record.word));
}
inline std::string to_text(const Records& records) {
  if (records.empty()) return "nothing";
  std::string text;
  for (const Record& record : records) text += (text.empty() ? "" : ", ") + to_text(record);
  return text;
}

}  // namespace paddock::scenarios
