// The text of a quota node: "count=5,bytes=-1", and with hard limits
// "count=-1,bytes=-1=;byteHardLimit=100;countHardLimit=5". -1 is no limit.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace paddock::client::shell {

struct QuotaText {
  int64_t count = -1;
  int64_t bytes = -1;
  int64_t count_hard = -1;
  int64_t bytes_hard = -1;

  // Unknown keys and what is not a number are skipped, as ZooKeeper does.
  static QuotaText parse(std::string_view text);
  std::string str() const;
  bool empty() const { return count == -1 && bytes == -1 && count_hard == -1 && bytes_hard == -1; }
  friend bool operator==(const QuotaText&, const QuotaText&) = default;
};

}  // namespace paddock::client::shell
