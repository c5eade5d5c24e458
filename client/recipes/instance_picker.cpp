#include "client/recipes/instance_picker.h"

namespace paddock::recipes {

InstancePicker::InstancePicker(PickStrategy strategy, DownPolicy policy, uint64_t seed)
    : strategy_(strategy), policy_(policy), dice_(seed) {}

const ServiceInstance* InstancePicker::pick(const Instances& instances, int64_t now_ms) {
  std::vector<const ServiceInstance*> usable;
  for (const auto& [id, instance] : instances) {
    if (instance.enabled && !is_down(instance, now_ms)) usable.push_back(&instance);
  }
  if (usable.empty()) return nullptr;
  if (strategy_ == PickStrategy::round_robin) return usable[turn_++ % usable.size()];
  if (strategy_ == PickStrategy::sticky) {
    for (const ServiceInstance* instance : usable) {
      if (instance->id == chosen_) return instance;
    }
  }
  std::uniform_int_distribution<size_t> any(0, usable.size() - 1);
  const ServiceInstance* const picked = usable[any(dice_)];
  chosen_ = picked->id;
  return picked;
}

void InstancePicker::note_error(const ServiceInstance& instance, int64_t now_ms) {
  forget_old_failures(now_ms);
  const auto [found, first] =
      failures_.try_emplace(Registration(instance.id, instance.registered_at_ms), Failures{now_ms, 0});
  ++found->second.count;
}

bool InstancePicker::is_down(const ServiceInstance& instance, int64_t now_ms) {
  forget_old_failures(now_ms);
  const auto found = failures_.find(Registration(instance.id, instance.registered_at_ms));
  return found != failures_.end() && found->second.count >= policy_.threshold;
}

void InstancePicker::forget_old_failures(int64_t now_ms) {
  std::erase_if(failures_,
                [&](const auto& entry) { return now_ms - entry.second.since_ms >= policy_.timeout_ms; });
}

}  // namespace paddock::recipes
