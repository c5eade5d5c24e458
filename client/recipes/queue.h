// Queue: items that are put in and taken out, each once at most. Of one kind with kazoo's Queue
// (entry-100-..., lower priorities first) or with Curator's SimpleDistributedQueue and ZooKeeper's
// DistributedQueue (qn-...). LockingQueue (locking_queue.h) is the one that loses nothing when a taker dies.
//
// Failure: connection_loss and operation_timeout of put(): it is unknown whether the item is in; of take(),
// with an item in `value`: it may be ours or somebody else's. Nothing is done twice.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/recipes/hold.h"

namespace paddock::recipes {

enum class QueueLayout { kazoo, curator };

// Pure: the names of items, the first to take first. Other children are no items.
std::vector<std::string> in_order(QueueLayout layout, const std::vector<std::string>& children);
// What the name of an item begins with. Requires: priority in [0, 999].
std::string item_prefix(QueueLayout layout, int32_t priority);

inline constexpr int32_t kUsualPriority = 100;

class Queue {
 public:
  Queue(ClientPtr zk, std::string path, QueueLayout layout = QueueLayout::kazoo);

  // bad_arguments: a priority outside of [0, 999].
  Async<Outcome<Nothing>> put(std::string data, int32_t priority = kUsualPriority, Limits limits = {});
  // Waits for an item.
  Async<Outcome<std::string>> take(Limits limits = {});
  // no_node: there is none.
  Async<Outcome<std::string>> try_take(Limits limits = {});
  Async<Outcome<int32_t>> size(Limits limits = {});

 private:
  const ClientPtr zk_;
  const std::string path_;
  const QueueLayout layout_;
};

}  // namespace paddock::recipes
