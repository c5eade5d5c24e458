// LockingQueue: each item is done at least once: it stays in the queue, marked as taken, until its taker says
// that it is done; if the taker's session ends, somebody else gets it. kazoo's LockingQueue:
//
//   <path>/entries/entry-100-0000000007  the item
//   <path>/taken/entry-100-0000000007    somebody's, ephemeral
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "client/recipes/hold.h"
#include "client/recipes/queue.h"

namespace paddock::recipes {

class LockingQueue {
 public:
  // An item that is ours for as long as `mine` is not lost; dropped, it goes back into the queue.
  struct Taken {
    std::string data;
    std::string name;
    Hold mine;
  };

  LockingQueue(ClientPtr zk, std::string path);

  Async<Outcome<Nothing>> put(std::string data, int32_t priority = kUsualPriority, Limits limits = {});
  // All or none.
  Async<Outcome<Nothing>> put_all(std::vector<std::string> items, int32_t priority = kUsualPriority,
                                  Limits limits = {});
  Async<Outcome<Taken>> take(Limits limits = {});
  // The item is done. session_expired: it was lost before, so somebody else does it (again).
  Async<Outcome<Nothing>> finish(Taken taken, Limits limits = {});

 private:
  Async<Outcome<Nothing>> ensure_paths(Limits limits);

  const ClientPtr zk_;
  const std::string entries_;
  const std::string taken_;
};

}  // namespace paddock::recipes
