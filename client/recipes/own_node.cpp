#include "client/recipes/own_node.h"

#include "client/helpers.h"
#include "protocol/base/paths.h"

namespace paddock::recipes {
namespace {

// ok: it was made, or to look again is worth while.
Async<ErrorCode> make(ClientPtr zk, OwnNode wanted) {
  const auto create = [zk, wanted] {
    const client::CreateOptions options(wanted.mode);
    return zk->async_create(wanted.path, wanted.data, options, use_awaitable);
  };
  const Outcome<client::Created> created = co_await client::retried(create);
  if (created || created.err == ErrorCode::node_exists) co_return ErrorCode::ok;
  if (created.err != ErrorCode::no_node) co_return created.err;
  const std::string directory(parent_path(wanted.path));
  const Outcome<Nothing> above = co_await client::ensure_path(zk, directory);
  co_return above.err;
}

Async<ErrorCode> write(ClientPtr zk, OwnNode wanted) {
  const auto set = [zk, wanted] { return zk->async_set(wanted.path, wanted.data, -1, use_awaitable); };
  const Outcome<client::Stat> changed = co_await client::retried(set);
  co_return changed.err == ErrorCode::no_node ? ErrorCode::ok : changed.err;
}

}  // namespace

Async<ErrorCode> have_node(ClientPtr zk, OwnNode wanted) {
  const bool ephemeral = wanted.mode == client::CreateMode::ephemeral;
  const auto get = [zk, path = wanted.path] { return zk->async_get(path, true, use_awaitable); };
  for (;;) {
    const Outcome<client::NodeData> node = co_await client::retried(get);
    const int64_t owner = node.value.stat.ephemeral_owner;
    ErrorCode err = node.err;
    if (node && owner == (ephemeral ? zk->session_id().value : 0)) {
      if (!wanted.speak || node.value.data == wanted.data) co_return ErrorCode::ok;
      err = co_await write(zk, wanted);
    } else if (node) {
      if (!wanted.may_replace(owner)) co_return ErrorCode::node_exists;
      err = co_await client::remove_surely(zk, wanted.path);
    } else if (node.err == ErrorCode::no_node) {
      err = co_await make(zk, wanted);
    }
    if (err != ErrorCode::ok) co_return err;
  }
}

Async<ErrorCode> drop_node(ClientPtr zk, std::string path, SessionId owner) {
  const auto sync = [zk, path] { return zk->async_sync(path, use_awaitable); };
  const auto get = [zk, path] { return zk->async_get(path, false, use_awaitable); };
  while (zk->session_id() == owner) {
    const Outcome<Nothing> removed = co_await zk->async_remove(path, -1, use_awaitable);
    const bool gone =
        removed || removed.err == ErrorCode::no_node || removed.err == ErrorCode::session_expired;
    if (gone) break;
    if (removed.err != ErrorCode::connection_loss) co_return removed.err;
    co_await client::retried(sync);
    const Outcome<client::NodeData> found = co_await client::retried(get);
    if (!found || found.value.stat.ephemeral_owner != owner.value) break;
  }
  co_return ErrorCode::ok;
}

}  // namespace paddock::recipes
