#include "client/helpers.h"

#include <fmt/core.h>

#include <random>

#include "protocol/base/paths.h"

namespace paddock::client {
namespace {

// Parent and name in one path; the root's children have no second slash.
std::string child_path(const std::string& directory, std::string_view name) {
  return (directory == "/" ? "" : directory) + "/" + std::string(name);
}

Async<Outcome<Children>> list(ClientPtr zk, std::string path, Limits limits) {
  const auto ask = [zk, path, limits] {
    return zk->under(limits).async_children(path, false, use_awaitable);
  };
  co_return co_await retried(ask);
}

bool is_fine(ErrorCode err) {
  return err == ErrorCode::ok || err == ErrorCode::node_exists;
}

}  // namespace

Async<Outcome<Nothing>> ensure_path(ClientPtr zk, std::string path, Limits limits) {
  if (path == "/") co_return Outcome<Nothing>{};
  const auto ask = [zk, path, limits] {
    const CreateOptions options;
    return zk->under(limits).async_create(path, "", options, use_awaitable);
  };
  for (;;) {
    const Outcome<Created> created = co_await retried(ask);
    if (is_fine(created.err)) co_return Outcome<Nothing>{};
    if (created.err == ErrorCode::session_expired && !zk->ended()) continue;
    if (created.err != ErrorCode::no_node) co_return Outcome<Nothing>{created.err, {}};
    const std::string parent(parent_path(path));
    const Outcome<Nothing> above = co_await ensure_path(zk, parent, limits);
    if (!above) co_return above;
  }
}

Async<Outcome<Nothing>> remove_tree(ClientPtr zk, std::string path, Limits limits) {
  const auto remove = [zk, path, limits] { return zk->under(limits).async_remove(path, -1, use_awaitable); };
  for (;;) {
    const Outcome<Nothing> removed = co_await retried(remove);
    if (removed.err == ErrorCode::no_node) co_return Outcome<Nothing>{};
    if (removed.err != ErrorCode::not_empty) co_return removed;
    const Outcome<Children> children = co_await list(zk, path, limits);
    if (children.err == ErrorCode::no_node) co_return Outcome<Nothing>{};
    if (!children) co_return Outcome<Nothing>{children.err, {}};
    for (const std::string& name : children.value.names) {
      const Outcome<Nothing> below = co_await remove_tree(zk, child_path(path, name), limits);
      if (!below) co_return below;
    }
  }
}

Async<ErrorCode> remove_surely(ClientPtr zk, std::string path) {
  for (;;) {
    const Outcome<Nothing> removed = co_await zk->async_remove(path, -1, use_awaitable);
    if (removed || removed.err == ErrorCode::no_node) co_return ErrorCode::ok;
    const bool again = removed.err == ErrorCode::connection_loss || removed.err == ErrorCode::session_expired;
    if (!again || zk->ended()) co_return removed.err;
  }
}

void remove_later(ClientPtr zk, const std::string& path) {
  boost::asio::co_spawn(zk->executor(), remove_surely(zk, path), boost::asio::detached);
}

Async<Outcome<Nothing>> create_or_set(ClientPtr zk, std::string path, std::string data, Limits limits) {
  const auto set = [zk, path, data, limits] {
    return zk->under(limits).async_set(path, data, -1, use_awaitable);
  };
  const auto create = [zk, path, data, limits] {
    const CreateOptions options;
    return zk->under(limits).async_create(path, data, options, use_awaitable);
  };
  for (;;) {
    const Outcome<Stat> changed = co_await retried(set);
    if (changed.err != ErrorCode::no_node) co_return Outcome<Nothing>{changed.err, {}};
    const Outcome<Created> created = co_await retried(create);
    if (created) co_return Outcome<Nothing>{};
    if (created.err == ErrorCode::no_node) {
      const std::string parent(parent_path(path));
      const Outcome<Nothing> above = co_await ensure_path(zk, parent, limits);
      if (!above) co_return above;
    } else if (created.err != ErrorCode::node_exists) {
      co_return Outcome<Nothing>{created.err, {}};
    }
  }
}

Async<Outcome<NodeData>> update(ClientPtr zk, std::string path, Change change, Limits limits) {
  const auto read = [zk, path, limits] { return zk->under(limits).async_get(path, false, use_awaitable); };
  for (;;) {
    Outcome<NodeData> node = co_await retried(read);
    if (!node) co_return node;
    std::optional<std::string> data = change(node.value);
    if (!data) co_return node;
    const Outcome<Stat> set =
        co_await zk->under(limits).async_set(path, *data, node.value.stat.version, use_awaitable);
    if (set.err == ErrorCode::bad_version) continue;
    node.err = set.err;
    node.value.data = std::move(*data);
    node.value.stat = set.value;
    co_return node;
  }
}

namespace {

// The reply was lost: is the node there, and is it ours? Nothing: it has to be created (again). There may be
// several: what an earlier session asked for can come about after the question whether it has, and it was
// asked for again.
Async<std::optional<Outcome<Created>>> find_again(ClientPtr zk, ProtectedNode node, SessionId creator) {
  // The server of the new connection may not have seen yet what the old one did.
  const auto sync = [zk, directory = node.directory] { return zk->async_sync(directory, use_awaitable); };
  co_await retried(sync);
  const Outcome<Children> children = co_await list(zk, node.directory, {});
  std::optional<Outcome<Created>> found;
  for (const std::string& name : children.value.names) {
    if (!name.starts_with(node.prefix)) continue;
    const std::string path = child_path(node.directory, name);
    const auto look = [zk, path] { return zk->async_exists(path, false, use_awaitable); };
    const Outcome<Stat> stat = co_await retried(look);
    if (stat.err == ErrorCode::no_node) continue;
    if (!stat) co_return Outcome<Created>{stat.err, {}};
    const bool ephemeral = stat.value.ephemeral_owner != 0;
    const bool ours =
        !ephemeral || (stat.value.ephemeral_owner == creator.value && creator == zk->session_id());
    if (ours && (!found || !*found)) {
      found = Outcome<Created>{ErrorCode::ok, {path, stat.value}};
    } else {
      co_await remove_surely(zk, path);
      if (!found) found = Outcome<Created>{ErrorCode::session_expired, {}};
    }
  }
  if (found) co_return found;
  if (children || children.err == ErrorCode::no_node) co_return std::nullopt;
  co_return Outcome<Created>{children.err, {}};
}

}  // namespace

Async<Outcome<Created>> create_protected(ClientPtr zk, ProtectedNode node) {
  const std::string path = child_path(node.directory, node.prefix + node.rest);
  for (;;) {
    const SessionId creator = zk->session_id();
    const Outcome<Created> created = co_await zk->async_create(path, node.data, node.options, use_awaitable);
    if (created.err == ErrorCode::no_node) {
      const Outcome<Nothing> above = co_await ensure_path(zk, node.directory);
      if (!above) co_return Outcome<Created>{above.err, {}};
    } else if (created.err == ErrorCode::connection_loss) {
      const auto found = co_await find_again(zk, node, creator);
      if (found) co_return *found;
    } else {
      co_return created;
    }
  }
}

std::string make_guid() {
  std::random_device device;
  std::string guid;
  for (int i = 0; i < 4; ++i) guid += fmt::format("{:08x}", static_cast<uint32_t>(device()));
  return guid;
}

std::string with_dashes(const std::string& guid) {
  return guid.substr(0, 8) + "-" + guid.substr(8, 4) + "-" + guid.substr(12, 4) + "-" + guid.substr(16, 4) +
         "-" + guid.substr(20);
}

}  // namespace paddock::client
