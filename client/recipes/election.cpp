#include "client/recipes/election.h"

#include "client/recipes/line.h"
#include "client/recipes/watch.h"

namespace paddock::recipes {
namespace {

using client::NodeData;

Async<Outcome<Leader>> leader_of(ClientPtr zk, std::string path, Limits limits) {
  for (;;) {
    const Outcome<std::vector<Position>> line = co_await read_line(zk, path, limits);
    if (!line) co_return Outcome<Leader>{line.err, {}};
    if (line.value.empty()) co_return Outcome<Leader>{ErrorCode::no_node, {}};
    const auto get = [zk, limits, first = child_path(path, line.value[0].name)] {
      return zk->under(limits).async_get(first, false, use_awaitable);
    };
    const Outcome<NodeData> node = co_await client::retried(get);
    if (node.err == ErrorCode::no_node) continue;
    co_return Outcome<Leader>{node.err, {node.value.data, Zxid{node.value.stat.czxid}}};
  }
}

}  // namespace

Election::Election(ClientPtr zk, std::string path, LockOptions options)
    : zk_(zk), path_(path), lock_(zk, path, std::move(options)) {}

Async<Outcome<Hold>> Election::campaign(Limits limits) {
  return lock_.acquire(std::move(limits));
}

Async<Outcome<Leader>> Election::leader(Limits limits) {
  return leader_of(zk_, path_, std::move(limits));
}

std::unique_ptr<Background> Election::observe(Tell tell) {
  const auto work = [zk = zk_, path = path_, tell](std::stop_token stop) -> Async<void> {
    client::Wakeup wake(zk->executor());
    // The watch says when the line moves; who is at its head is read behind that.
    const ChildrenWatch line(
        zk, path, [notify = wake.notifier()](const std::optional<std::vector<std::string>>&) { notify(); });
    const Limits limits(Deadline::never(), stop);
    bool first = true;
    std::optional<Leader> told;
    for (;;) {
      const bool notified = co_await wake.wait(limits);
      if (!notified) co_return;
      const Outcome<Leader> found = co_await leader_of(zk, path, limits);
      // The next session finds the line as it was perhaps, and the watch has nothing to tell then.
      if (found.err == ErrorCode::session_expired && !zk->ended()) wake.notify();
      if (!found && found.err != ErrorCode::no_node) continue;
      const std::optional<Leader> now = found ? std::optional<Leader>(found.value) : std::nullopt;
      if (!std::exchange(first, false) && now == told) continue;
      told = now;
      tell(now);
    }
  };
  return std::make_unique<Background>(zk_, work);
}

}  // namespace paddock::recipes
