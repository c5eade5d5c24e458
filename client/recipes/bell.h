// Bell: any number of coroutines wait until something is so; whoever may have made it so rings.
//
// Thread rule: one executor, the client's.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "client/coroutine.h"

namespace paddock::recipes {

class Bell {
 public:
  explicit Bell(const boost::asio::any_io_executor& executor) : state_(std::make_shared<State>(executor)) {}

  void ring() {
    // Who still has to wait puts himself on the list again.
    for (const auto& notify : std::exchange(state_->waiting, {})) notify();
  }
  // False: a limit was reached first. `is_so`: bool(), looked at now and after each ring; may outlive the
  // Bell.
  template <class Condition>
  client::Async<bool> until(Condition is_so, client::Limits limits) {
    return wait(state_, std::move(is_so), std::move(limits));
  }

 private:
  struct State {
    explicit State(boost::asio::any_io_executor on) : executor(std::move(on)) {}
    boost::asio::any_io_executor executor;
    std::vector<std::function<void()>> waiting;
  };

  template <class Condition>
  static client::Async<bool> wait(std::shared_ptr<State> state, Condition is_so, client::Limits limits) {
    client::Wakeup wake(state->executor);
    while (!is_so()) {
      state->waiting.push_back(wake.notifier());
      const bool notified = co_await wake.wait(limits);
      if (!notified) co_return is_so();
    }
    co_return true;
  }

  const std::shared_ptr<State> state_;
};

}  // namespace paddock::recipes
