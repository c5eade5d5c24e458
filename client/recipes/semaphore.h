// Semaphore: at most N holders. Two layouts, which do not see each other:
//
//   kazoo    <path> holds N in digits; <path>/<guid> is a lease, handed out under the lock <path>-__lock__
//   curator  <path>/locks is the lock, <path>/leases/_c_<g-u-i-d>-lease-0000000007 a lease
//   (InterProcessSemaphoreV2)
//
// First come first served. All who use one path must agree about N: with kazoo's layout bad_version says that
// somebody else thinks otherwise.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "client/recipes/hold.h"
#include "client/recipes/naming.h"

namespace paddock::recipes {

struct SemaphoreOptions {
  Naming naming = Naming::kazoo;  // bridge is kazoo
  std::string identifier = {};    // told by holders()
  LossPolicy lost_when = LossPolicy::suspended;
};

class Semaphore {
 public:
  Semaphore(ClientPtr zk, std::string path, int32_t leases, SemaphoreOptions options = {});

  Async<Outcome<Hold>> acquire(Limits limits = {});
  // operation_timeout when all leases are taken, or somebody is before us.
  Async<Outcome<Hold>> try_acquire(Limits limits = {});
  // The identifiers of the holders, in no order.
  Async<Outcome<std::vector<std::string>>> holders(Limits limits = {});

 private:
  Async<Outcome<Hold>> take(bool patient, Limits limits);

  const ClientPtr zk_;
  const std::string path_;
  const int32_t leases_;
  const SemaphoreOptions options_;
};

}  // namespace paddock::recipes
