// QuotaExcess: a write that went, or would have gone, over a limit of a quota.
#pragma once

#include <cstdint>
#include <string>

namespace paddock::znode {

struct QuotaExcess {
  enum class What : uint8_t { count, bytes };

  std::string path;  // whose quota it is
  What what = What::count;
  bool hard = false;  // so the write was refused
  int64_t used = 0;   // with the write
  int64_t limit = 0;
  friend bool operator==(const QuotaExcess&, const QuotaExcess&) = default;
};

}  // namespace paddock::znode
