#include "client/recipes/lock.h"

#include "client/recipes/line.h"

namespace paddock::recipes {
namespace {

constexpr std::string_view kRevoke = "__REVOKE__";

}  // namespace

Lock::Lock(ClientPtr zk, std::string path, LockOptions options)
    : zk_(std::move(zk)), path_(std::move(path)), options_(std::move(options)) {}

Async<Outcome<Hold>> Lock::acquire(Limits limits) {
  return take(true, std::move(limits));
}

Async<Outcome<Hold>> Lock::try_acquire(Limits limits) {
  return take(false, std::move(limits));
}

Async<Outcome<Hold>> Lock::take(bool patient, Limits limits) {
  if (options_.reentrant) {
    Hold again = Hold::again(held_);
    if (again && !again.is_lost()) co_return Outcome<Hold>{ErrorCode::ok, std::move(again)};
  }
  LineOptions line;
  line.directory = path_;
  line.naming = options_.naming;
  line.data = options_.identifier;
  line.lost_when = options_.lost_when;
  line.patient = patient;
  if (options_.on_revoke) {
    line.on_data = [asked = options_.on_revoke](const std::string& data) {
      if (data == kRevoke) asked();
    };
  }
  Outcome<Hold> hold = co_await stand_in_line(zk_, line, limits);
  if (hold) held_ = hold.value.reference();
  co_return hold;
}

Async<Outcome<std::vector<std::string>>> Lock::contenders(Limits limits) {
  return data_of_line(zk_, path_, std::move(limits));
}

Async<Outcome<Nothing>> revoke(ClientPtr zk, std::string node) {
  const auto set = [zk, node] { return zk->async_set(node, std::string(kRevoke), -1, use_awaitable); };
  const Outcome<client::Stat> told = co_await client::retried(set);
  co_return Outcome<Nothing>{told.err, {}};
}

}  // namespace paddock::recipes
