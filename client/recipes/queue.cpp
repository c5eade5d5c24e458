#include "client/recipes/queue.h"

#include <algorithm>

#include <fmt/core.h>

#include "client/helpers.h"
#include "client/recipes/naming.h"

namespace paddock::recipes {
namespace {

using client::Children;
using client::Created;
using client::NodeData;

// no_node: somebody else was faster.
Async<Outcome<std::string>> take_item(ClientPtr zk, std::string path, Limits limits) {
  const auto get = [zk, path, limits] { return zk->under(limits).async_get(path, false, use_awaitable); };
  const Outcome<NodeData> node = co_await client::retried(get);
  if (!node) co_return Outcome<std::string>{node.err, {}};
  for (bool in_doubt = false;; in_doubt = true) {
    const Outcome<Nothing> removed = co_await zk->under(limits).async_remove(path, -1, use_awaitable);
    // Our own first attempt may have done it, though a server that lags behind has shown the item since.
    if (in_doubt && removed.err == ErrorCode::no_node)
      co_return Outcome<std::string>{ErrorCode::connection_loss, node.value.data};
    if (removed.err != ErrorCode::connection_loss)
      co_return Outcome<std::string>{removed.err, node.value.data};
    // Still there: nobody has it yet, and we can ask again.
    const Outcome<NodeData> again = co_await client::retried(get);
    if (!again) co_return Outcome<std::string>{ErrorCode::connection_loss, node.value.data};
  }
}

// The first item; no_node: none, and a watch is left on the directory.
Async<Outcome<std::string>> take_first(ClientPtr zk, std::string path, QueueLayout layout, Limits limits) {
  const auto list = [zk, path, limits] {
    return zk->under(limits).async_children(path, true, use_awaitable);
  };
  for (;;) {
    const Outcome<Children> children = co_await client::retried(list);
    if (!children) co_return Outcome<std::string>{children.err, {}};
    const auto names = in_order(layout, children.value.names);
    if (names.empty()) co_return Outcome<std::string>{ErrorCode::no_node, {}};
    for (const std::string& name : names) {
      Outcome<std::string> item = co_await take_item(zk, child_path(path, name), limits);
      if (item.err != ErrorCode::no_node) co_return item;
    }
  }
}

}  // namespace

std::string item_prefix(QueueLayout layout, int32_t priority) {
  return layout == QueueLayout::curator ? "qn-" : fmt::format("entry-{:03d}-", priority);
}

std::vector<std::string> in_order(QueueLayout layout, const std::vector<std::string>& children) {
  const size_t front = item_prefix(layout, 0).size();
  const std::string_view family = layout == QueueLayout::curator ? "qn-" : "entry-";
  struct Item {
    std::string name;
    std::string front;  // with the priority
    uint32_t number;
  };
  std::vector<Item> items;
  for (const std::string& name : children) {
    if (!name.starts_with(family) || name.size() <= front) continue;
    const auto position = parse_position("lock-" + name.substr(front));
    if (position) items.push_back({name, name.substr(0, front), static_cast<uint32_t>(position->sequence)});
  }
  // The counter wraps: by the distance from any of them.
  const uint32_t origin = items.empty() ? 0 : items.front().number;
  std::sort(items.begin(), items.end(), [origin](const Item& a, const Item& b) {
    const auto distance = [origin](const Item& item) { return static_cast<int32_t>(item.number - origin); };
    return a.front != b.front ? a.front < b.front : distance(a) < distance(b);
  });
  std::vector<std::string> names;
  for (Item& item : items) names.push_back(std::move(item.name));
  return names;
}

Queue::Queue(ClientPtr zk, std::string path, QueueLayout layout)
    : zk_(std::move(zk)), path_(std::move(path)), layout_(layout) {}

Async<Outcome<Nothing>> Queue::put(std::string data, int32_t priority, Limits limits) {
  if (priority < 0 || priority > 999) co_return Outcome<Nothing>{ErrorCode::bad_arguments, {}};
  const std::string path = child_path(path_, item_prefix(layout_, priority));
  const client::CreateOptions options(client::CreateMode::persistent_sequential);
  for (;;) {
    const Outcome<Created> created =
        co_await zk_->under(limits).async_create(path, data, options, use_awaitable);
    if (created.err != ErrorCode::no_node) co_return Outcome<Nothing>{created.err, {}};
    const Outcome<Nothing> above = co_await client::ensure_path(zk_, path_, limits);
    if (!above) co_return above;
  }
}

Async<Outcome<std::string>> Queue::try_take(Limits limits) {
  return take_first(zk_, path_, layout_, std::move(limits));
}

Async<Outcome<std::string>> Queue::take(Limits limits) {
  client::Wakeup wake(zk_->executor());
  const auto events = zk_->listen_events(path_, [&wake](const client::Event&) { wake.notify(); });
  const auto states = zk_->listen_state([&wake](const client::ConnectionState&) { wake.notify(); });
  const Outcome<Nothing> there = co_await client::ensure_path(zk_, path_, limits);
  if (!there) co_return Outcome<std::string>{there.err, {}};
  for (;;) {
    Outcome<std::string> item = co_await take_first(zk_, path_, layout_, limits);
    const bool again = item.err == ErrorCode::session_expired && !zk_->ended();
    if (again) continue;
    if (item.err != ErrorCode::no_node) co_return item;
    const bool notified = co_await wake.wait(limits);
    if (!notified) co_return Outcome<std::string>{ErrorCode::operation_timeout, {}};
  }
}

Async<Outcome<int32_t>> Queue::size(Limits limits) {
  const auto list = [zk = zk_, path = path_, limits] {
    return zk->under(limits).async_children(path, false, use_awaitable);
  };
  const Outcome<Children> children = co_await client::retried(list);
  if (children.err == ErrorCode::no_node) co_return Outcome<int32_t>{};
  co_return Outcome<int32_t>{children.err,
                             static_cast<int32_t>(in_order(layout_, children.value.names).size())};
}

}  // namespace paddock::recipes
