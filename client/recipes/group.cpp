#include "client/recipes/group.h"

#include <algorithm>

#include "client/helpers.h"
#include "client/recipes/naming.h"

namespace paddock::recipes {
namespace {

constexpr std::string_view kMarker = "__party__";

}  // namespace

Member::Member(ClientPtr zk, const std::string& path, std::string identifier)
    : node_(std::move(zk), child_path(path, client::make_guid() + std::string(kMarker)),
            std::move(identifier)) {}

Async<Outcome<std::vector<std::string>>> members(ClientPtr zk, std::string path, Limits limits) {
  using Names = std::vector<std::string>;
  const auto list = [zk, path, limits] {
    return zk->under(limits).async_children(path, false, use_awaitable);
  };
  const Outcome<client::Children> children = co_await client::retried(list);
  if (children.err == ErrorCode::no_node) co_return Outcome<Names>{};
  if (!children) co_return Outcome<Names>{children.err, {}};
  Outcome<Names> all;
  for (const std::string& name : children.value.names) {
    if (!name.ends_with(kMarker)) continue;
    const auto get = [zk, limits, node = child_path(path, name)] {
      return zk->under(limits).async_get(node, false, use_awaitable);
    };
    const Outcome<client::NodeData> member = co_await client::retried(get);
    if (member) all.value.push_back(member.value.data);
    if (!member && member.err != ErrorCode::no_node) co_return Outcome<Names>{member.err, {}};
  }
  std::sort(all.value.begin(), all.value.end());
  co_return all;
}

}  // namespace paddock::recipes
