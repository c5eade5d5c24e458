// Listeners: functions that are told things in the order in which they were added, each until its
// Subscription goes. A listener may add and drop listeners, itself among them, while it is being told.
//
// Thread rule: one thread, subscriptions included.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <utility>

namespace paddock::client {

// Ends when destroyed; may outlive what it listens to.
class Subscription {
 public:
  Subscription() = default;
  explicit Subscription(std::function<void()> end) : end_(std::move(end)) {}
  Subscription(Subscription&& other) noexcept : end_(std::exchange(other.end_, nullptr)) {}
  Subscription& operator=(Subscription&& other) noexcept {
    if (this == &other) return *this;
    cancel();
    end_ = std::exchange(other.end_, nullptr);
    return *this;
  }
  ~Subscription() { cancel(); }

  void cancel() {
    if (const auto end = std::exchange(end_, nullptr)) end();
  }

 private:
  std::function<void()> end_;
};

template <class Told>
class Listeners {
 public:
  using Listener = std::function<void(const Told&)>;

  [[nodiscard]] Subscription add(Listener listener) {
    const uint64_t id = ++table_->last_id;
    table_->listeners.emplace(id, std::make_shared<Listener>(std::move(listener)));
    return Subscription([weak = std::weak_ptr<Table>(table_), id] {
      if (const auto table = weak.lock()) table->listeners.erase(id);
    });
  }
  void tell(const Told& told) const {
    const auto table = table_;  // a listener may destroy the owner
    const uint64_t newest = table->last_id;
    for (auto at = table->listeners.begin(); at != table->listeners.end() && at->first <= newest;) {
      const auto [id, listener] = *at;
      (*listener)(told);
      at = table->listeners.upper_bound(id);
    }
  }
  bool empty() const { return table_->listeners.empty(); }
  void clear() { table_->listeners.clear(); }

 private:
  struct Table {
    uint64_t last_id = 0;
    std::map<uint64_t, std::shared_ptr<Listener>> listeners;
  };
  std::shared_ptr<Table> table_ = std::make_shared<Table>();
};

}  // namespace paddock::client
