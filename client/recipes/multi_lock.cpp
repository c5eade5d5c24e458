#include "client/recipes/multi_lock.h"

#include <algorithm>

namespace paddock::recipes {

bool MultiLock::Holds::is_lost() const {
  return std::any_of(all.begin(), all.end(), [](const Hold& hold) { return hold.is_lost(); });
}

MultiLock::MultiLock(ClientPtr zk, std::vector<std::string> paths, LockOptions options)
    : zk_(std::move(zk)), paths_(std::move(paths)), options_(std::move(options)) {
  std::sort(paths_.begin(), paths_.end());
  paths_.erase(std::unique(paths_.begin(), paths_.end()), paths_.end());
}

Async<Outcome<MultiLock::Holds>> MultiLock::acquire(Limits limits) {
  Holds holds;
  for (const std::string& path : paths_) {
    Lock lock(zk_, path, options_);
    Outcome<Hold> hold = co_await lock.acquire(limits);
    // What is held already goes with `holds`.
    if (!hold) co_return Outcome<Holds>{hold.err, {}};
    holds.all.push_back(std::move(hold.value));
  }
  // The first may have been lost while we waited for the last.
  if (holds.is_lost()) co_return Outcome<Holds>{ErrorCode::session_expired, {}};
  co_return Outcome<Holds>{ErrorCode::ok, std::move(holds)};
}

}  // namespace paddock::recipes
