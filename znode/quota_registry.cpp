#include "znode/quota_registry.h"

#include "protocol/base/paths.h"
#include "znode/quota.h"
#include "znode/tree_walk.h"

namespace paddock::znode {
namespace {

// "/zookeeper/quota/a/b/zookeeper_limits" -> "/a/b". Nothing for other nodes and for a quota on the root,
// which ZooKeeper ignores.
std::string_view quota_target(std::string_view path, std::string_view name) {
  if (!path.starts_with(kQuotaRoot) || last_component(path) != name) return {};
  path.remove_prefix(kQuotaRoot.size());
  path.remove_suffix(name.size() + 1);
  return path.starts_with('/') ? path : std::string_view();
}

std::string stats_path(std::string_view prefix) {
  std::string path(kQuotaRoot);
  path += prefix;
  path += '/';
  path += kStatsNode;
  return path;
}

}  // namespace

void QuotaRegistry::created(std::string_view path, size_t data_bytes) {
  if (const auto target = quota_target(path, kLimitsNode); !target.empty()) prefixes_.emplace(target);
  if (const auto target = quota_target(path, kStatsNode); !target.empty()) recount(target);
  add_usage(path, 1, static_cast<int64_t>(data_bytes));
}

void QuotaRegistry::removed(std::string_view path, size_t data_bytes) {
  if (const auto target = quota_target(path, kLimitsNode); !target.empty()) {
    prefixes_.erase(std::string(target));
  }
  add_usage(path, -1, -static_cast<int64_t>(data_bytes));
}

void QuotaRegistry::data_changed(std::string_view path, int64_t growth) {
  add_usage(path, 0, growth);
}

std::string_view QuotaRegistry::prefix_of(std::string_view path) const {
  if (prefixes_.empty()) return {};
  while (path.size() > 1 && !prefixes_.contains(path)) path = parent_path(path);
  return path.size() > 1 ? path : std::string_view();
}

void QuotaRegistry::add_usage(std::string_view path, int64_t count, int64_t bytes) {
  const std::string_view prefix = prefix_of(path);
  if (prefix.empty()) return;
  const NodeIndex stats = nodes_.tree().find(stats_path(prefix));
  if (stats == kNoNode) return;
  QuotaText usage = QuotaText::parse(nodes_.tree().data(stats).view());
  usage.count += count;
  usage.bytes += bytes;
  write_stats(prefix, usage.to_text());
}

bool QuotaRegistry::recount(std::string_view prefix) {
  QuotaText usage;
  usage.count = usage.bytes = 0;
  const Tree& tree = nodes_.tree();
  if (const NodeIndex top = tree.find(prefix); top != kNoNode) {
    for_each_below(tree, top, [&](NodeIndex node) {
      usage.count += 1;
      usage.bytes += static_cast<int64_t>(tree.data(node).size());
    });
  }
  return write_stats(prefix, usage.to_text());
}

bool QuotaRegistry::write_stats(std::string_view prefix, const std::string& text) {
  const std::string path = stats_path(prefix);
  const NodeIndex stats = nodes_.tree().find(path);
  if (stats == kNoNode || nodes_.tree().data(stats) == jute::Buffer(text)) return false;
  nodes_.set_data(stats, path, text, nodes_.tree().persisted(stats));
  return true;
}

std::vector<std::string> QuotaRegistry::rebuild() {
  prefixes_.clear();
  const Tree& tree = nodes_.tree();
  if (const NodeIndex top = tree.find(kQuotaRoot); top != kNoNode) {
    for_each_below(tree, top, [&](NodeIndex node) {
      if (tree.name(node) != kLimitsNode || tree.child_count(node) > 0) return;
      const std::string path = tree.path(node);
      if (const auto target = quota_target(path, kLimitsNode); !target.empty()) prefixes_.emplace(target);
    });
  }
  std::vector<std::string> changed;
  for (const std::string& prefix : prefixes_) {
    if (recount(prefix)) changed.push_back(stats_path(prefix));
  }
  return changed;
}

}  // namespace paddock::znode
