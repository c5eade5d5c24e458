#include "client/recipes/barrier.h"

#include <algorithm>

#include "client/helpers.h"
#include "client/recipes/naming.h"

namespace paddock::recipes {
namespace {

using client::Children;
using client::Created;
using client::Event;
using client::Stat;

constexpr std::string_view kReady = "ready";

// It neither passes by itself nor does a watch tell when it has passed.
bool is_refusal(ErrorCode err) {
  return err != ErrorCode::ok && err != ErrorCode::no_node && err != ErrorCode::session_expired &&
         err != ErrorCode::operation_timeout;
}

// Watches a node: told whether it is there, and woken when that changes.
class Presence {
 public:
  Presence(ClientPtr zk, std::string path) : zk_(zk), path_(path), wake_(zk->executor()) {
    events_ = zk->listen_events(path, [this](const Event& event) {
      appeared_ |= event.type == client::EventType::created;
      wake_.notify();
    });
    states_ = zk->listen_state([this](const client::ConnectionState&) { wake_.notify(); });
  }
  // ok, no_node, or why it cannot be told. Leaves a watch.
  Async<ErrorCode> look(Limits limits) {
    const auto exists = [zk = zk_, path = path_, limits] {
      return zk->under(limits).async_exists(path, true, use_awaitable);
    };
    const Outcome<Stat> stat = co_await client::retried(exists);
    co_return stat.err;
  }
  Async<bool> wait(Limits limits) { return wake_.wait(std::move(limits)); }
  // It has been there since we watch, if only for a moment.
  bool appeared() const { return appeared_; }

 private:
  const ClientPtr zk_;
  const std::string path_;
  client::Wakeup wake_;
  bool appeared_ = false;
  client::Subscription events_;
  client::Subscription states_;
};

Async<Outcome<Nothing>> until_gone(ClientPtr zk, std::string path, Limits limits) {
  Presence node(zk, path);
  for (;;) {
    const ErrorCode err = co_await node.look(limits);
    if (err == ErrorCode::no_node) co_return Outcome<Nothing>{};
    const bool passing = err == ErrorCode::ok || (err == ErrorCode::session_expired && !zk->ended());
    if (!passing) co_return Outcome<Nothing>{err, {}};
    if (err != ErrorCode::ok) continue;
    const bool notified = co_await node.wait(limits);
    if (!notified) co_return Outcome<Nothing>{ErrorCode::operation_timeout, {}};
  }
}

// All members but `ready`, in the order of their names.
Async<Outcome<std::vector<std::string>>> members_of(ClientPtr zk, std::string path, Limits limits) {
  const auto list = [zk, path, limits] {
    return zk->under(limits).async_children(path, false, use_awaitable);
  };
  Outcome<Children> children = co_await client::retried(list);
  std::vector<std::string> names = std::move(children.value.names);
  std::erase(names, kReady);
  std::sort(names.begin(), names.end());
  const ErrorCode err = children.err == ErrorCode::no_node ? ErrorCode::ok : children.err;
  co_return Outcome<std::vector<std::string>>{err, std::move(names)};
}

Async<ErrorCode> become_member(ClientPtr zk, std::string path, std::string data, Limits limits) {
  const auto create = [zk, path, data, limits] {
    const client::CreateOptions options(client::CreateMode::ephemeral);
    return zk->under(limits).async_create(path, data, options, use_awaitable);
  };
  const std::string directory = path.substr(0, path.rfind('/'));
  for (;;) {
    const Outcome<Created> created = co_await client::retried(create);
    if (created) co_return ErrorCode::ok;
    if (created.err == ErrorCode::no_node) {
      const Outcome<Nothing> above = co_await client::ensure_path(zk, directory, limits);
      if (!above) co_return above.err;
      continue;
    }
    if (created.err == ErrorCode::session_expired && !zk->ended()) continue;
    if (created.err != ErrorCode::node_exists) co_return created.err;
    // Ours by its name: of a lost reply, or of an older session.
    const auto exists = [zk, path, limits] {
      return zk->under(limits).async_exists(path, false, use_awaitable);
    };
    const Outcome<Stat> stat = co_await client::retried(exists);
    if (stat && stat.value.ephemeral_owner == zk->session_id().value) co_return ErrorCode::ok;
    if (stat) co_await client::remove_surely(zk, path);
  }
}

// Only as a member: all others may have come, gone and closed the barrier since we have seen them, unless
// they had to wait for us. session_expired: we are none any more.
Async<ErrorCode> open(ClientPtr zk, std::string own, std::string ready, Limits limits) {
  client::Transaction together;
  together.check(own, -1);
  together.create(ready, "");
  const auto commit = [zk, together, limits] {
    return zk->under(limits).async_commit(together, use_awaitable);
  };
  const Outcome<client::TransactionResults> done = co_await client::retried(commit);
  if (done.err == ErrorCode::node_exists) co_return ErrorCode::ok;
  co_return done.err == ErrorCode::no_node ? ErrorCode::session_expired : done.err;
}

}  // namespace

Barrier::Barrier(ClientPtr zk, std::string path) : zk_(std::move(zk)), path_(std::move(path)) {}

Async<Outcome<Nothing>> Barrier::raise(Limits limits) {
  return client::ensure_path(zk_, path_, std::move(limits));
}

Async<Outcome<Nothing>> Barrier::lower(Limits limits) {
  const auto remove = [zk = zk_, path = path_, limits] {
    return zk->under(limits).async_remove(path, -1, use_awaitable);
  };
  const Outcome<Nothing> removed = co_await client::retried(remove);
  co_return removed.err == ErrorCode::no_node ? Outcome<Nothing>{} : removed;
}

Async<Outcome<Nothing>> Barrier::wait(Limits limits) {
  return until_gone(zk_, path_, std::move(limits));
}

DoubleBarrier::DoubleBarrier(ClientPtr zk, std::string path, int32_t members, std::string identifier)
    : zk_(std::move(zk)),
      path_(std::move(path)),
      members_(static_cast<size_t>(members)),
      identifier_(std::move(identifier)),
      name_(client::make_guid()) {}

Async<Outcome<Nothing>> DoubleBarrier::enter(Limits limits) {
  const std::string own = child_path(path_, name_);
  const std::string ready_path = child_path(path_, kReady);
  Presence ready(zk_, ready_path);
  const ErrorCode joined = co_await become_member(zk_, own, identifier_, limits);
  if (joined != ErrorCode::ok) {
    client::remove_later(zk_, own);  // behind what may still be on its way
    co_return Outcome<Nothing>{joined, {}};
  }
  const SessionId session = zk_->session_id();
  for (;;) {
    const ErrorCode err = co_await ready.look(limits);
    if (err == ErrorCode::ok || ready.appeared()) co_return Outcome<Nothing>{};
    if (zk_->session_id() != session) co_return Outcome<Nothing>{ErrorCode::session_expired, {}};
    ErrorCode refusal = err;
    if (err == ErrorCode::no_node) {
      const auto present = co_await members_of(zk_, path_, limits);
      refusal = present.err;
      if (present && present.value.size() >= members_) {
        const ErrorCode opened = co_await open(zk_, own, ready_path, limits);
        if (opened != ErrorCode::ok) client::remove_later(zk_, own);
        co_return Outcome<Nothing>{opened, {}};
      }
    }
    if (is_refusal(refusal) && !zk_->ended()) {
      client::remove_later(zk_, own);
      co_return Outcome<Nothing>{refusal, {}};
    }
    const bool over = err == ErrorCode::operation_timeout || zk_->ended();
    bool notified = false;
    if (!over) notified = co_await ready.wait(limits);
    if (notified) continue;
    client::remove_later(zk_, own);
    co_return Outcome<Nothing>{ErrorCode::operation_timeout, {}};
  }
}

// The lowest waits for the highest, all others go and wait for the lowest: each departure wakes one.
Async<Outcome<Nothing>> DoubleBarrier::leave(Limits limits) {
  const std::string own = child_path(path_, name_);
  const std::string ready_path = child_path(path_, kReady);
  for (;;) {
    const auto present = co_await members_of(zk_, path_, limits);
    if (present.err == ErrorCode::session_expired && !zk_->ended()) continue;
    if (!present) co_return Outcome<Nothing>{present.err, {}};
    const std::vector<std::string>& names = present.value;
    const bool last = names.empty() || (names.size() == 1 && names[0] == name_);
    if (last) {
      if (!names.empty()) co_await client::remove_surely(zk_, own);
      // Not before: who is still entering may not have seen it yet.
      co_await client::remove_surely(zk_, ready_path);
      co_return Outcome<Nothing>{};
    }
    const bool lowest = names.front() == name_;
    if (!lowest) co_await client::remove_surely(zk_, own);
    const std::string awaited = child_path(path_, lowest ? names.back() : names.front());
    const Outcome<Nothing> gone = co_await until_gone(zk_, awaited, limits);
    if (!gone) co_return gone;
  }
}

}  // namespace paddock::recipes
