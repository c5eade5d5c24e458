// What coroutines over a client are made of: waiting for a condition under limits, asking again after a lost
// connection, going on without the one who asked.
//
// gcc 12 destroys some temporaries of a co_await expression twice: those of aggregates and of ?: branches. So
// arguments have names here, and a co_await stands alone on the right of a declaration.
//
// Thread rule: everything on the client's executor.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>

#include "client/client_async.h"

namespace paddock::client {

template <class T>
using Async = boost::asio::awaitable<T>;
using boost::asio::use_awaitable;
// Coroutines share the client: it lives as long as one of them is under way.
using ClientPtr = std::shared_ptr<AsyncClient>;

// One coroutine waits, anybody notifies. A notification before the wait counts.
class Wakeup {
 public:
  explicit Wakeup(const boost::asio::any_io_executor& executor) : state_(std::make_shared<State>(executor)) {}

  void notify() { state_->notify(); }
  // For a listener that may be called when the coroutine is gone.
  std::function<void()> notifier() const {
    return [weak = std::weak_ptr<State>(state_)] {
      if (const auto state = weak.lock()) state->notify();
    };
  }
  // False: a limit was reached first.
  Async<bool> wait(Limits limits) {
    const auto state = state_;
    const std::stop_callback on_stop(limits.stop, [executor = state->timer.get_executor(),
                                                   wake = notifier()] { boost::asio::post(executor, wake); });
    while (!state->notified) {
      if (limits.reached()) co_return false;
      state->timer.expires_at(limits.deadline.at());
      co_await state->timer.async_wait(boost::asio::as_tuple(use_awaitable));
    }
    state->notified = false;
    co_return !limits.reached();
  }

 private:
  struct State {
    explicit State(const boost::asio::any_io_executor& executor) : timer(executor) {}
    void notify() {
      notified = true;
      timer.cancel();
    }
    boost::asio::steady_timer timer;
    bool notified = false;
  };
  std::shared_ptr<State> state_;
};

// False: a limit was reached first.
inline Async<bool> pause_ms(boost::asio::any_io_executor executor, int64_t ms, std::stop_token stop) {
  Wakeup never(executor);
  const Limits limits(Deadline::in_ms(ms), stop);
  co_await never.wait(limits);
  co_return !stop.stop_requested();
}

// For what may be done twice: asks again after connection_loss. `start`: Async<Outcome<T>>().
template <class Start>
auto retried(Start start) -> decltype(start()) {
  for (;;) {
    auto outcome = co_await start();
    if (outcome.err != ErrorCode::connection_loss) co_return outcome;
  }
}

// Waits for `work` only as long as `limits` allow, then operation_timeout. The work goes on without us, so
// that it can take back what it has begun: it has to look at the token. `work`:
// Async<Outcome<T>>(std::stop_token).
template <class T, class Work>
Async<Outcome<T>> abandonable(ClientPtr zk, Limits limits, Work work) {
  struct Shared {
    explicit Shared(const boost::asio::any_io_executor& executor) : finished(executor) {}
    Wakeup finished;
    std::optional<Outcome<T>> outcome;
    bool abandoned = false;
    std::stop_source stop;
  };
  const auto shared = std::make_shared<Shared>(zk->executor());
  const auto run = [](std::shared_ptr<Shared> state, Work task, ClientPtr) -> Async<void> {
    Outcome<T> outcome = co_await task(state->stop.get_token());
    // What nobody waits for any more ends here, and takes its nodes with it.
    if (state->abandoned) co_return;
    state->outcome = std::move(outcome);
    state->finished.notify();
  };
  boost::asio::co_spawn(zk->executor(), run(shared, std::move(work), zk), boost::asio::detached);
  while (!shared->outcome) {
    const bool notified = co_await shared->finished.wait(limits);
    if (notified || shared->outcome) continue;
    shared->abandoned = true;
    shared->stop.request_stop();
    co_return Outcome<T>{ErrorCode::operation_timeout, {}};
  }
  co_return std::move(*shared->outcome);
}

}  // namespace paddock::client
