// Quota texts and limits (spec/client-protocol.md section 13).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace paddock::znode {

// A parsed zookeeper_limits or zookeeper_stats text; -1: no limit.
struct QuotaText {
  int64_t count = -1;
  int64_t bytes = -1;
  int64_t count_hard_limit = -1;
  int64_t byte_hard_limit = -1;
  std::map<std::string, int64_t> others;  // keys we do not know, kept

  // Lenient, as StatsTrack: missing and empty values are -1.
  static QuotaText parse(std::string_view text);
  std::string to_text() const;
};

inline constexpr std::string_view kQuotaRoot = "/zookeeper/quota";
inline constexpr std::string_view kLimitsNode = "zookeeper_limits";
inline constexpr std::string_view kStatsNode = "zookeeper_stats";

}  // namespace paddock::znode
