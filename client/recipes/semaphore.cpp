#include "client/recipes/semaphore.h"

#include "client/helpers.h"
#include "client/recipes/line.h"

namespace paddock::recipes {
namespace {

using client::Children;
using client::Created;
using client::NodeData;

// One attempt at a lease.
struct Request {
  std::string guard;   // the lock under which leases are handed out
  std::string leases;  // the directory of the leases
  Naming naming;
  size_t most;
  std::string identifier;
  LossPolicy lost_when;
  bool patient;
};

// kazoo's node holds the number of leases; who comes first writes it.
Async<ErrorCode> agree(ClientPtr zk, std::string path, size_t most) {
  const std::string wanted = std::to_string(most);
  const Outcome<Nothing> there = co_await client::ensure_path(zk, path);
  if (!there) co_return there.err;
  const client::Change write = [wanted](const NodeData& node) {
    return node.data.empty() ? std::optional<std::string>(wanted) : std::nullopt;
  };
  for (;;) {
    const Outcome<NodeData> node = co_await client::update(zk, path, write);
    // Writing the same twice does no harm.
    const bool again = node.err == ErrorCode::connection_loss || node.err == ErrorCode::session_expired;
    if (again && !zk->ended()) continue;
    if (!node) co_return node.err;
    co_return node.value.data == wanted ? ErrorCode::ok : ErrorCode::bad_version;
  }
}

Async<Outcome<Created>> make_lease(ClientPtr zk, Request request) {
  const bool kazoo = request.naming != Naming::curator;
  const std::string guid = client::make_guid();
  const NodeName name = kazoo ? NodeName{guid, ""} : make_name(Naming::curator, Claim::lease, guid);
  client::ProtectedNode node;
  node.directory = request.leases;
  node.prefix = name.prefix;
  node.rest = name.rest;
  node.data = request.identifier;
  node.options.mode = kazoo ? client::CreateMode::ephemeral : client::CreateMode::ephemeral_sequential;
  return client::create_protected(zk, node);
}

// Under the guard nobody else hands out leases, so a lease that is free now is ours.
Async<Outcome<Hold>> lease_under_guard(ClientPtr zk, Request request, Hold guard, std::stop_token stop) {
  client::Wakeup wake(zk->executor());
  const auto changes =
      zk->listen_events(request.leases, [notify = wake.notifier()](const client::Event&) { notify(); });
  const auto states =
      zk->listen_state([notify = wake.notifier()](const client::ConnectionState&) { notify(); });
  const Limits limits(Deadline::never(), stop);
  const auto list = [zk, limits, request] {
    return zk->under(limits).async_children(request.leases, true, use_awaitable);
  };
  // What the guard is worth without a server we learn when there is one again: the holding looks after its
  // node.
  while (!guard.is_lost()) {
    const Outcome<Children> children = co_await client::retried(list);
    if (children.err == ErrorCode::no_node) {
      const Outcome<Nothing> made = co_await client::ensure_path(zk, request.leases, limits);
      if (!made) co_return Outcome<Hold>{made.err, {}};
      continue;
    }
    if (!children) co_return Outcome<Hold>{children.err, {}};
    if (guard.is_lost()) break;
    if (children.value.names.size() < request.most) {
      const Outcome<Created> lease = co_await make_lease(zk, request);
      if (!lease) co_return Outcome<Hold>{lease.err, {}};
      const Holding::Node node{lease.value.path, Zxid{lease.value.stat.czxid},
                               SessionId{lease.value.stat.ephemeral_owner}};
      auto holding = std::make_shared<Holding>(zk, node, request.lost_when);
      holding->begin();
      Hold hold(std::move(holding));
      // Made by a later session than the guard, so perhaps beside somebody else's.
      if (node.owner != guard.holding()->node().owner || guard.is_lost()) break;
      co_return Outcome<Hold>{ErrorCode::ok, std::move(hold)};
    }
    if (!request.patient) co_return Outcome<Hold>{ErrorCode::operation_timeout, {}};
    const bool notified = co_await wake.wait(limits);
    if (!notified) co_return Outcome<Hold>{ErrorCode::operation_timeout, {}};
  }
  co_return Outcome<Hold>{ErrorCode::session_expired, {}};
}

Async<Outcome<Hold>> lease(ClientPtr zk, Request request, std::stop_token stop) {
  LineOptions line;
  line.directory = request.guard;
  line.naming = request.naming;
  line.data = request.identifier;
  line.lost_when = LossPolicy::lost;
  line.patient = request.patient;
  const Limits limits(Deadline::never(), stop);
  for (;;) {
    if (request.naming != Naming::curator) {
      const ErrorCode agreed = co_await agree(zk, request.leases, request.most);
      if (agreed != ErrorCode::ok) co_return Outcome<Hold>{agreed, {}};
    }
    Outcome<Hold> guard = co_await stand_in_line(zk, line, limits);
    if (!guard) co_return guard;
    Outcome<Hold> hold = co_await lease_under_guard(zk, request, std::move(guard.value), stop);
    if (hold.err != ErrorCode::session_expired || zk->ended()) co_return hold;
  }
}

}  // namespace

Semaphore::Semaphore(ClientPtr zk, std::string path, int32_t leases, SemaphoreOptions options)
    : zk_(std::move(zk)), path_(std::move(path)), leases_(leases), options_(std::move(options)) {}

Async<Outcome<Hold>> Semaphore::acquire(Limits limits) {
  return take(true, std::move(limits));
}

Async<Outcome<Hold>> Semaphore::try_acquire(Limits limits) {
  return take(false, std::move(limits));
}

Async<Outcome<Hold>> Semaphore::take(bool patient, Limits limits) {
  Request request;
  const bool curator = options_.naming == Naming::curator;
  request.guard = curator ? path_ + "/locks" : path_ + "-__lock__";
  request.leases = curator ? path_ + "/leases" : path_;
  request.naming = curator ? Naming::curator : Naming::kazoo;
  request.most = static_cast<size_t>(leases_);
  request.identifier = options_.identifier;
  request.lost_when = options_.lost_when;
  request.patient = patient;
  const auto work = [zk = zk_, request](std::stop_token stop) { return lease(zk, request, stop); };
  return client::abandonable<Hold>(zk_, std::move(limits), work);
}

Async<Outcome<std::vector<std::string>>> Semaphore::holders(Limits limits) {
  using Names = std::vector<std::string>;
  const std::string directory = options_.naming == Naming::curator ? path_ + "/leases" : path_;
  const auto list = [zk = zk_, limits, directory] {
    return zk->under(limits).async_children(directory, false, use_awaitable);
  };
  const Outcome<Children> children = co_await client::retried(list);
  if (children.err == ErrorCode::no_node) co_return Outcome<Names>{};
  if (!children) co_return Outcome<Names>{children.err, {}};
  Outcome<Names> names;
  for (const std::string& name : children.value.names) {
    const auto get = [zk = zk_, limits, path = child_path(directory, name)] {
      return zk->under(limits).async_get(path, false, use_awaitable);
    };
    const Outcome<NodeData> node = co_await client::retried(get);
    if (node) names.value.push_back(node.value.data);
  }
  co_return names;
}

}  // namespace paddock::recipes
