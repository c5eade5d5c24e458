#include "client/recipes/watch.h"

#include <algorithm>

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

// Reads, and leaves a watch; a missing node is watched for.
template <class Value, class Read>
Async<Outcome<Value>> read_or_await(ClientPtr zk, std::string path, Limits limits, Read read) {
  const auto exists = [zk, path, limits] {
    return zk->under(limits).async_exists(path, true, use_awaitable);
  };
  for (;;) {
    Outcome<Value> value = co_await client::retried(read);
    if (value.err != ErrorCode::no_node) co_return value;
    const Outcome<client::Stat> stat = co_await client::retried(exists);
    if (!stat) co_return Outcome<Value>{stat.err, {}};
  }
}

// `look`: Async<ErrorCode>(), reads with a watch and tells what is new.
template <class Look>
Async<void> follow(ClientPtr zk, std::string path, std::stop_token stop, Look look) {
  client::Wakeup wake(zk->executor());
  const auto events = zk->listen_events(path, [notify = wake.notifier()](const client::Event&) { notify(); });
  const auto states = zk->listen_state([notify = wake.notifier()](const client::ConnectionState& state) {
    if (state == client::ConnectionState::connected || state == client::ConnectionState::closed) notify();
  });
  const Limits limits(Deadline::never(), stop);
  while (!stop.stop_requested()) {
    const ErrorCode err = co_await look(limits);
    if (zk->ended()) co_return;
    // A new session knows none of our watches.
    if (err == ErrorCode::session_expired) continue;
    co_await wake.wait(limits);
  }
}

}  // namespace

DataWatch::DataWatch(ClientPtr zk, std::string path, Tell tell)
    : background_(zk, [zk, path, tell](std::stop_token stop) -> Async<void> {
        // By the node's birth and last change: its version begins anew when it is made again.
        std::optional<std::pair<int64_t, int64_t>> told;
        const auto look = [&](Limits limits) -> Async<ErrorCode> {
          const auto get = [zk, path, limits] {
            return zk->under(limits).async_get(path, true, use_awaitable);
          };
          const Outcome<NodeData> node = co_await read_or_await<NodeData>(zk, path, limits, get);
          if ((!node && node.err != ErrorCode::no_node) || stop.stop_requested()) co_return node.err;
          const std::pair<int64_t, int64_t> now(node.value.stat.czxid, node.value.stat.mzxid);
          if (told == now) co_return ErrorCode::ok;
          told = now;
          tell(node ? std::optional<NodeData>(node.value) : std::nullopt);
          co_return ErrorCode::ok;
        };
        co_await follow(zk, path, stop, look);
      }) {}

ChildrenWatch::ChildrenWatch(ClientPtr zk, std::string path, Tell tell)
    : background_(zk, [zk, path, tell](std::stop_token stop) -> Async<void> {
        using Names = std::optional<std::vector<std::string>>;
        std::optional<Names> told;
        const auto look = [&](Limits limits) -> Async<ErrorCode> {
          const auto list = [zk, path, limits] {
            return zk->under(limits).async_children(path, true, use_awaitable);
          };
          Outcome<Children> children = co_await read_or_await<Children>(zk, path, limits, list);
          if ((!children && children.err != ErrorCode::no_node) || stop.stop_requested())
            co_return children.err;
          std::sort(children.value.names.begin(), children.value.names.end());
          Names names;
          if (children) names = std::move(children.value.names);
          // Not told == names: that takes "nothing told yet" and "no such node" for the same.
          if (told && *told == names) co_return ErrorCode::ok;
          told = names;
          tell(names);
          co_return ErrorCode::ok;
        };
        co_await follow(zk, path, stop, look);
      }) {}

}  // namespace paddock::recipes
