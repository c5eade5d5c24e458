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

// A soft limit counts where there is no hard one.
std::optional<QuotaExcess> excess(QuotaExcess::What what, int64_t used, int64_t difference,
                                  int64_t soft_limit, int64_t hard_limit) {
  const bool hard = hard_limit > -1;
  const int64_t limit = hard ? hard_limit : soft_limit;
  if (difference == 0 || limit <= -1 || used + difference <= limit) return std::nullopt;
  return QuotaExcess{{}, what, hard, used + difference, limit};
}

}  // namespace

ErrorCode quota_error(Preparation& preparation, std::string_view path, int64_t bytes_difference,
                      int64_t count_difference) {
  const State& state = preparation.state;
  if (!state.options().enforce_quota) return ErrorCode::ok;
  const std::string prefix = state.quota_prefix(path);
  if (prefix.empty()) return ErrorCode::ok;
  const std::string quota_path = std::string(kQuotaRoot) + prefix;
  const std::optional<QuotaText> limits = read_quota(state.tree(), quota_path, kLimitsNode);
  const std::optional<QuotaText> usage = read_quota(state.tree(), quota_path, kStatsNode);
  if (!limits || !usage) return ErrorCode::ok;
  const std::optional<QuotaExcess> excesses[] = {
      excess(QuotaExcess::What::count, usage->count, count_difference, limits->count,
             limits->count_hard_limit),
      excess(QuotaExcess::What::bytes, usage->bytes, bytes_difference, limits->bytes,
             limits->byte_hard_limit)};
  for (const std::optional<QuotaExcess>& found : excesses) {
    if (!found) continue;
    preparation.excesses.push_back(*found);
    preparation.excesses.back().path = prefix;
    if (found->hard) return ErrorCode::quota_exceeded;
  }
  return ErrorCode::ok;
}

}  // namespace paddock::znode
