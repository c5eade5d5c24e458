// Lock: one holder at a time, first come first served. Stands in one line with kazoo's Lock (Naming::kazoo),
// Curator's InterProcessMutex and go-zookeeper's Lock (Naming::curator), or all of them (Naming::bridge).
//
//   Lock lock(zk, "/locks/printer");
//   Outcome<Hold> hold = co_await lock.acquire(Deadline::in_ms(5000));
//   if (hold) print(hold.value.fence(), hold.value.lost());   // released when `hold` goes
//
// Thread rule: the client's executor.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "client/recipes/hold.h"
#include "client/recipes/naming.h"

namespace paddock::recipes {

struct LockOptions {
  Naming naming = Naming::kazoo;
  std::string identifier = {};  // told by contenders()
  LossPolicy lost_when = LossPolicy::suspended;
  bool reentrant = false;  // who holds it through this object gets it again; the last Hold gives it back
  // Somebody asks the holder to give it back (revoke()); to do so is up to the holder.
  std::function<void()> on_revoke = nullptr;
};

class Lock {
 public:
  Lock(ClientPtr zk, std::string path, LockOptions options = {});

  // The limits are those of the whole wait. operation_timeout: not acquired, and no longer in line.
  Async<Outcome<Hold>> acquire(Limits limits = {});
  // operation_timeout when somebody else has it.
  Async<Outcome<Hold>> try_acquire(Limits limits = {});
  // The identifiers of the holder and of those who wait, in order.
  Async<Outcome<std::vector<std::string>>> contenders(Limits limits = {});

 private:
  Async<Outcome<Hold>> take(bool patient, Limits limits);

  const ClientPtr zk_;
  const std::string path_;
  const LockOptions options_;
  Hold::Reference held_;
};

// Asks the holder of this node, as Curator's Revoker does. For `hold.path()` of another process.
Async<Outcome<Nothing>> revoke(ClientPtr zk, std::string node);

}  // namespace paddock::recipes
