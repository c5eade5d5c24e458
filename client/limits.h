// Limits: how long the caller of an operation wants to wait for it. A limit that is reached completes the
// operation with operation_timeout: what was asked may still happen.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>

#include "client/client.h"

namespace paddock::client {

// A point in time, so that one limit is shared by all the waiting that an operation consists of.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  static Deadline never() { return Deadline(Clock::time_point::max()); }
  static Deadline in_ms(int64_t ms) { return Deadline(Clock::now() + std::chrono::milliseconds(ms)); }

  bool is_never() const { return at_ == Clock::time_point::max(); }
  bool passed() const { return !is_never() && Clock::now() >= at_; }
  Clock::time_point at() const { return at_; }

 private:
  explicit Deadline(Clock::time_point at) : at_(at) {}
  Clock::time_point at_;
};

struct Limits {
  // Constructors, because gcc 12 destroys the temporary of an aggregate twice in a co_await expression.
  Limits() = default;
  Limits(Deadline until) : deadline(until) {}
  Limits(Deadline until, std::stop_token token) : deadline(until), stop(std::move(token)) {}

  Deadline deadline = Deadline::never();
  std::stop_token stop;  // the caller's wish to give up; may come from any thread

  bool none() const { return deadline.is_never() && !stop.stop_possible(); }
  bool reached() const { return stop.stop_requested() || deadline.passed(); }
};

// `done`, called once: with the outcome or, should a limit be reached before, with operation_timeout.
template <class T>
Callback<T> limited(const boost::asio::any_io_executor& executor, const Limits& limits, Callback<T> done) {
  struct Race {
    explicit Race(const boost::asio::any_io_executor& on) : timer(on) {}
    void finish(Outcome<T> outcome) {
      const auto winner = std::exchange(done, nullptr);
      if (!winner) return;
      timer.cancel();
      on_stop.reset();
      winner(std::move(outcome));
    }
    Callback<T> done;
    boost::asio::steady_timer timer;
    std::optional<std::stop_callback<std::function<void()>>> on_stop;
  };
  if (limits.none()) return done;
  auto race = std::make_shared<Race>(executor);
  race->done = std::move(done);
  const auto give_up = [race] { race->finish({ErrorCode::operation_timeout, {}}); };
  if (!limits.deadline.is_never()) {
    race->timer.expires_at(limits.deadline.at());
    race->timer.async_wait([give_up](const boost::system::error_code& err) {
      if (!err) give_up();
    });
  }
  // Weak: the callback lives in the race itself.
  race->on_stop.emplace(limits.stop, [executor, weak = std::weak_ptr<Race>(race)] {
    boost::asio::post(executor, [weak] {
      if (const auto asked = weak.lock()) asked->finish({ErrorCode::operation_timeout, {}});
    });
  });
  return [race](Outcome<T> outcome) { race->finish(std::move(outcome)); };
}

}  // namespace paddock::client
