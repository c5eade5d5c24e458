#include "client/recipes/locking_queue.h"

#include <algorithm>
#include <set>

#include "client/helpers.h"
#include "client/recipes/naming.h"

namespace paddock::recipes {
namespace {

using client::Children;
using client::Created;
using client::NodeData;
using Taken = LockingQueue::Taken;

struct Paths {
  std::string entries;
  std::string taken;
};

// no_node: it is somebody else's, or done.
Async<Outcome<Taken>> take_entry(ClientPtr zk, Paths paths, std::string name) {
  // By this the mark is known as ours after a lost reply.
  const std::string guid = client::make_guid();
  const std::string mark = child_path(paths.taken, name);
  const client::CreateOptions options(client::CreateMode::ephemeral);
  const Outcome<Created> created = co_await zk->async_create(mark, guid, options, use_awaitable);
  client::Stat stat = created.value.stat;
  if (created.err == ErrorCode::connection_loss) {
    // The server of the new connection may not have seen yet what the old one did.
    const auto sync = [zk, path = mark] { return zk->async_sync(path, use_awaitable); };
    const auto get = [zk, path = mark] { return zk->async_get(path, false, use_awaitable); };
    co_await client::retried(sync);
    const Outcome<NodeData> found = co_await client::retried(get);
    // By the node's owner: what was asked for between two sessions was done by the second.
    const bool ours =
        found && found.value.data == guid && found.value.stat.ephemeral_owner == zk->session_id().value;
    if (!ours) co_return Outcome<Taken>{ErrorCode::no_node, {}};
    stat = found.value.stat;
  } else if (!created) {
    const bool somebodys = created.err == ErrorCode::node_exists;
    co_return Outcome<Taken>{somebodys ? ErrorCode::no_node : created.err, {}};
  }
  // Whoever takes the item when we have lost it makes a mark of the same name.
  const Holding::Node held{mark, Zxid{stat.czxid}, SessionId{stat.ephemeral_owner}, false};
  auto holding = std::make_shared<Holding>(zk, held, LossPolicy::lost);
  holding->begin();
  Taken taken{{}, name, Hold(std::move(holding))};
  const auto get = [zk, path = child_path(paths.entries, name)] {
    return zk->async_get(path, false, use_awaitable);
  };
  const Outcome<NodeData> item = co_await client::retried(get);
  if (!item) {
    co_await taken.mine.release();
    co_return Outcome<Taken>{item.err, {}};
  }
  taken.data = item.value.data;
  co_return Outcome<Taken>{ErrorCode::ok, std::move(taken)};
}

Async<Outcome<Taken>> take_some(ClientPtr zk, Paths paths, std::stop_token stop) {
  client::Wakeup wake(zk->executor());
  const auto notify = [notify = wake.notifier()](const client::Event&) { notify(); };
  const auto items = zk->listen_events(paths.entries, notify);
  const auto marks = zk->listen_events(paths.taken, notify);
  const auto states =
      zk->listen_state([notify = wake.notifier()](const client::ConnectionState&) { notify(); });
  const Limits limits(Deadline::never(), stop);
  const auto list_entries = [zk, limits, path = paths.entries] {
    return zk->under(limits).async_children(path, true, use_awaitable);
  };
  const auto list_taken = [zk, limits, path = paths.taken] {
    return zk->under(limits).async_children(path, true, use_awaitable);
  };
  for (;;) {
    const Outcome<Children> entries = co_await client::retried(list_entries);
    const Outcome<Children> taken = co_await client::retried(list_taken);
    const std::set<std::string> others(taken.value.names.begin(), taken.value.names.end());
    for (const std::string& name : in_order(QueueLayout::kazoo, entries.value.names)) {
      if (others.contains(name)) continue;
      Outcome<Taken> mine = co_await take_entry(zk, paths, name);
      const bool passed = mine.err == ErrorCode::no_node || mine.err == ErrorCode::session_expired;
      if (!passed) co_return mine;
    }
    const ErrorCode err = entries ? taken.err : entries.err;
    const bool passing = err == ErrorCode::ok || err == ErrorCode::session_expired;
    if (!passing || zk->ended()) co_return Outcome<Taken>{err, {}};
    if (err == ErrorCode::session_expired) continue;
    const bool notified = co_await wake.wait(limits);
    if (!notified) co_return Outcome<Taken>{ErrorCode::operation_timeout, {}};
  }
}

}  // namespace

LockingQueue::LockingQueue(ClientPtr zk, std::string path)
    : zk_(std::move(zk)), entries_(path + "/entries"), taken_(path + "/taken") {}

Async<Outcome<Nothing>> LockingQueue::ensure_paths(Limits limits) {
  const Outcome<Nothing> entries = co_await client::ensure_path(zk_, entries_, limits);
  if (!entries) co_return entries;
  co_return co_await client::ensure_path(zk_, taken_, limits);
}

Async<Outcome<Nothing>> LockingQueue::put(std::string data, int32_t priority, Limits limits) {
  std::vector<std::string> items;
  items.push_back(std::move(data));
  return put_all(std::move(items), priority, std::move(limits));
}

Async<Outcome<Nothing>> LockingQueue::put_all(std::vector<std::string> items, int32_t priority,
                                              Limits limits) {
  if (priority < 0 || priority > 999) co_return Outcome<Nothing>{ErrorCode::bad_arguments, {}};
  const Outcome<Nothing> there = co_await ensure_paths(limits);
  if (!there) co_return there;
  client::Transaction all;
  for (std::string& item : items) {
    all.create(child_path(entries_, item_prefix(QueueLayout::kazoo, priority)), std::move(item),
               client::CreateMode::persistent_sequential);
  }
  const Outcome<client::TransactionResults> done =
      co_await zk_->under(limits).async_commit(all, use_awaitable);
  co_return Outcome<Nothing>{done.err, {}};
}

Async<Outcome<Taken>> LockingQueue::take(Limits limits) {
  const Outcome<Nothing> there = co_await ensure_paths(limits);
  if (!there) co_return Outcome<Taken>{there.err, {}};
  const Paths paths{entries_, taken_};
  const auto work = [zk = zk_, paths](std::stop_token stop) { return take_some(zk, paths, stop); };
  co_return co_await client::abandonable<Taken>(zk_, limits, work);
}

Async<Outcome<Nothing>> LockingQueue::finish(Taken taken, Limits limits) {
  client::Transaction done;
  done.remove(child_path(entries_, taken.name));
  done.remove(child_path(taken_, taken.name));
  const SessionId owner = taken.mine.holding()->node().owner;
  // A mark of this name that a later session finds is somebody else's.
  while (!taken.mine.is_lost()) {
    const Outcome<client::TransactionResults> removed =
        co_await zk_->under(limits).async_commit(done, use_awaitable);
    if (removed.err != ErrorCode::connection_loss) co_return Outcome<Nothing>{removed.err, {}};
    const auto sync = [zk = zk_, limits, path = entries_] {
      return zk->under(limits).async_sync(path, use_awaitable);
    };
    const auto exists = [zk = zk_, limits, path = child_path(entries_, taken.name)] {
      return zk->under(limits).async_exists(path, false, use_awaitable);
    };
    co_await client::retried(sync);
    const Outcome<client::Stat> stat = co_await client::retried(exists);
    // Nobody but us could have finished it: nobody but us had it. That the mark is lost by now says nothing,
    // for it goes together with the item.
    const bool gone = stat.err == ErrorCode::no_node && zk_->session_id() == owner;
    if (gone) co_return Outcome<Nothing>{};
    if (!stat && stat.err != ErrorCode::no_node) co_return Outcome<Nothing>{stat.err, {}};
  }
  co_return Outcome<Nothing>{ErrorCode::session_expired, {}};
}

}  // namespace paddock::recipes
