// InstancePicker: which of several instances the next request goes to, and which of them are down. Pure: the
// clock and the dice are the caller's.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "client/recipes/service_instance.h"

namespace paddock::recipes {

enum class PickStrategy {
  round_robin,
  random,
  sticky,  // at random, and then the same for as long as it is there and up
};

// Curator's numbers: an instance that has failed so often is passed over until so long after the first time.
struct DownPolicy {
  int threshold = 2;
  int64_t timeout_ms = 30000;
};

class InstancePicker {
 public:
  using Instances = std::map<std::string, ServiceInstance>;  // by id

  InstancePicker(PickStrategy strategy, DownPolicy policy, uint64_t seed);

  // One that is enabled and not down; null when there is none.
  const ServiceInstance* pick(const Instances& instances, int64_t now_ms);
  // A request to it has failed. Counts for this registration only: who registers again starts anew.
  void note_error(const ServiceInstance& instance, int64_t now_ms);
  bool is_down(const ServiceInstance& instance, int64_t now_ms);

 private:
  using Registration = std::pair<std::string, int64_t>;  // id and time
  struct Failures {
    int64_t since_ms = 0;
    int count = 0;
  };
  void forget_old_failures(int64_t now_ms);

  const PickStrategy strategy_;
  const DownPolicy policy_;
  std::mt19937_64 dice_;
  uint64_t turn_ = 0;
  std::string chosen_;  // sticky's id
  std::map<Registration, Failures> failures_;
};

}  // namespace paddock::recipes
