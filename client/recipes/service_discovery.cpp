#include "client/recipes/service_discovery.h"

#include <algorithm>

#include "client/helpers.h"
#include "client/recipes/naming.h"

namespace paddock::recipes {
namespace {

using Names = std::vector<std::string>;
using Found = std::optional<ServiceInstance>;

Async<Outcome<Names>> sorted_children(ClientPtr zk, std::string path, Limits limits) {
  const auto list = [zk, path, limits] {
    return zk->under(limits).async_children(path, false, use_awaitable);
  };
  Outcome<client::Children> children = co_await client::retried(list);
  if (children.err == ErrorCode::no_node) co_return Outcome<Names>{};
  std::sort(children.value.names.begin(), children.value.names.end());
  co_return Outcome<Names>{children.err, std::move(children.value.names)};
}

}  // namespace

Async<Outcome<Names>> service_names(ClientPtr zk, std::string base, Limits limits) {
  return sorted_children(std::move(zk), std::move(base), std::move(limits));
}

Async<Outcome<std::vector<ServiceInstance>>> service_instances(ClientPtr zk, std::string base,
                                                               std::string name, Limits limits) {
  using All = std::vector<ServiceInstance>;
  const std::string directory = child_path(base, name);
  const Outcome<Names> ids = co_await sorted_children(zk, directory, limits);
  if (!ids) co_return Outcome<All>{ids.err, {}};
  Outcome<All> all;
  for (const std::string& id : ids.value) {
    Outcome<Found> found = co_await service_instance(zk, base, name, id, limits);
    if (!found && found.err != ErrorCode::marshalling_error) co_return Outcome<All>{found.err, {}};
    if (found.value) all.value.push_back(std::move(*found.value));
  }
  co_return all;
}

Async<Outcome<Found>> service_instance(ClientPtr zk, std::string base, std::string name, std::string id,
                                       Limits limits) {
  const auto get = [zk, limits, path = child_path(child_path(base, name), id)] {
    return zk->under(limits).async_get(path, false, use_awaitable);
  };
  const Outcome<client::NodeData> node = co_await client::retried(get);
  if (node.err == ErrorCode::no_node) co_return Outcome<Found>{};
  if (!node) co_return Outcome<Found>{node.err, {}};
  Found instance = parse_instance(node.value.data);
  const ErrorCode err = instance ? ErrorCode::ok : ErrorCode::marshalling_error;
  co_return Outcome<Found>{err, std::move(instance)};
}

Async<Outcome<Nothing>> remove_service_instance(ClientPtr zk, std::string base, std::string name,
                                                std::string id, Limits limits) {
  const auto remove = [zk, limits, path = child_path(child_path(base, name), id)] {
    return zk->under(limits).async_remove(path, -1, use_awaitable);
  };
  const Outcome<Nothing> removed = co_await client::retried(remove);
  co_return Outcome<Nothing>{removed.err == ErrorCode::no_node ? ErrorCode::ok : removed.err, {}};
}

}  // namespace paddock::recipes
