#include "client/recipes/tree_cache.h"

#include <algorithm>
#include <deque>
#include <set>

#include "client/recipes/naming.h"
#include "protocol/base/paths.h"

namespace paddock::recipes {
namespace {

using client::Async;
using client::Children;
using client::ClientPtr;
using client::Deadline;
using client::Limits;
using client::NodeData;
using client::Outcome;
using client::use_awaitable;

Async<Outcome<NodeData>> read(ClientPtr zk, std::string path, Limits limits) {
  const auto get = [zk, path, limits] { return zk->under(limits).async_get(path, false, use_awaitable); };
  co_return co_await client::retried(get);
}

}  // namespace

bool TreeCache::Place::holds(std::string_view node) const {
  if (!is_at_or_below(node, path)) return false;
  if (node.size() == path.size()) return true;
  const std::string_view below = node.substr(path == "/" ? 0 : path.size());
  return static_cast<size_t>(std::count(below.begin(), below.end(), '/')) <= depth;
}

// What goes while we look, or is not for our eyes, is not in it.
Async<Outcome<TreeCache::Nodes>> TreeCache::scan(ClientPtr zk, Place place, Limits limits) {
  Outcome<Nodes> found;
  std::deque<std::string> left = {place.path};
  for (; !left.empty(); left.pop_front()) {
    const std::string at = left.front();
    const Outcome<NodeData> node = co_await read(zk, at, limits);
    if (node.err == ErrorCode::no_node || node.err == ErrorCode::no_auth) continue;
    if (!node) co_return Outcome<Nodes>{node.err, {}};
    found.value[at] = node.value;
    if (node.value.stat.num_children == 0 || !place.holds(child_path(at, "_"))) continue;
    const auto list = [zk, at, limits] { return zk->under(limits).async_children(at, false, use_awaitable); };
    const Outcome<Children> children = co_await client::retried(list);
    if (!children && children.err != ErrorCode::no_node) co_return Outcome<Nodes>{children.err, {}};
    for (const std::string& name : children.value.names) left.push_back(child_path(at, name));
  }
  co_return found;
}

void TreeCache::State::put(const std::string& path, const NodeData& node) {
  const auto found = nodes.find(path);
  const bool fresh = found == nodes.end() || found->second.stat.czxid != node.stat.czxid;
  const bool same = !fresh && found->second.stat.mzxid == node.stat.mzxid;
  if (fresh && found != nodes.end()) erase(path);
  nodes[path] = node;
  if (!same && tell) tell(fresh ? Change::created : Change::changed, path, node);
}

void TreeCache::State::erase(const std::string& path) {
  const auto found = nodes.find(path);
  if (found == nodes.end()) return;
  const NodeData last = std::move(found->second);
  nodes.erase(found);
  if (tell) tell(Change::deleted, path, last);
}

TreeCache::TreeCache(ClientPtr zk, std::string path, Tell tell, std::function<void()> complete, size_t depth)
    : state_(std::make_shared<State>(State{{}, false, std::move(tell), std::move(complete)})),
      background_(zk, [zk, place = Place{std::move(path), depth}, state = state_](std::stop_token stop) {
        return keep(zk, place, state, stop);
      }) {}

Async<void> TreeCache::keep(ClientPtr zk, Place place, std::shared_ptr<State> state, std::stop_token stop) {
  client::Wakeup wake(zk->executor());
  std::set<std::string> touched;
  bool all = true;
  const auto events = zk->listen_events([&](const client::Event& event) {
    if (!place.holds(event.path)) return;
    touched.insert(event.path);
    wake.notify();
  });
  const auto states = zk->listen_state([&](const client::ConnectionState& now) {
    all |= now == client::ConnectionState::connected;
    wake.notify();
  });
  const Limits limits(Deadline::never(), stop);
  const auto watch = [zk, path = place.path, limits] {
    return zk->under(limits).async_add_watch(path, client::AddWatchMode::persistent_recursive, use_awaitable);
  };
  while (!stop.stop_requested() && !zk->ended()) {
    if (all) {
      all = false;
      co_await client::retried(watch);
      const Outcome<Nodes> found = co_await scan(zk, place, limits);
      if (stop.stop_requested()) co_return;
      all |= !found;
      if (!found) continue;
      // Children go before their parents.
      const Nodes before = state->nodes;
      for (auto node = before.rbegin(); node != before.rend(); ++node) {
        if (!found.value.contains(node->first)) state->erase(node->first);
      }
      for (const auto& [at, node] : found.value) state->put(at, node);
      const bool first = !std::exchange(state->complete, true);
      if (first && state->tell_complete) state->tell_complete();
    }
    while (!touched.empty() && !all) {
      const std::string at = *touched.begin();
      touched.erase(touched.begin());
      const Outcome<NodeData> node = co_await read(zk, at, limits);
      if (stop.stop_requested()) co_return;
      if (node) state->put(at, node.value);
      if (node.err == ErrorCode::no_node) state->erase(at);
      all |= !node && node.err != ErrorCode::no_node;
    }
    if (!all) co_await wake.wait(limits);
  }
}

}  // namespace paddock::recipes
