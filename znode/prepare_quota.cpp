// Enforced quotas: checked against the usage in the applied tree, not against what is outstanding.
#include <string>

#include "znode/preparation.h"
#include "znode/quota.h"

namespace paddock::znode {
namespace {

// Nothing if there is no such node, as after its deletion.
std::optional<QuotaText> read_quota(const Tree& tree, const std::string& quota_path, std::string_view name) {
  const NodeIndex node = tree.find(quota_path + "/" + std::string(name));
  if (node == kNoNode) return std::nullopt;
  return QuotaText::parse(tree.data(node).view());
}

bool is_exceeded(int64_t used, int64_t difference, int64_t hard_limit) {
  return difference != 0 && hard_limit > -1 && used + difference > hard_limit;
}

}  // namespace

ErrorCode quota_error(const State& state, std::string_view path, int64_t bytes_difference,
                      int64_t count_difference) {
  if (!state.options().enforce_quota) return ErrorCode::ok;
  const std::string prefix = state.quota_prefix(path);
  if (prefix.empty()) return ErrorCode::ok;
  const std::string quota_path = std::string(kQuotaRoot) + prefix;
  const std::optional<QuotaText> limits = read_quota(state.tree(), quota_path, kLimitsNode);
  const std::optional<QuotaText> usage = read_quota(state.tree(), quota_path, kStatsNode);
  if (!limits || !usage) return ErrorCode::ok;
  const bool exceeded = is_exceeded(usage->count, count_difference, limits->count_hard_limit) ||
                        is_exceeded(usage->bytes, bytes_difference, limits->byte_hard_limit);
  return exceeded ? ErrorCode::quota_exceeded : ErrorCode::ok;
}

}  // namespace paddock::znode
