// Connection: the asynchronous client made blocking for a program that asks one thing at a time. The client
// lives on a thread of its own, so pings go out and events come in while a person thinks.
//
// Thread rule: call from one thread; the event listener is called on the connection's own.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "client/client.h"
#include "protocol/base/result.h"

namespace paddock::client::shell {

struct ConnectionOptions {
  int32_t session_timeout_ms = 30000;
  int64_t connect_timeout_ms = 10000;  // how long to be without a server before giving up
  bool read_only = false;
};

class Connection {
 public:
  using OnEvent = std::function<void(const Event&)>;

  Connection(const ConnectString& servers, const ConnectionOptions& options, OnEvent on_event);
  // Closes the session, if the server still answers soon.
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Waits until there is a session. A fault names the servers, the time and the reason.
  Status wait_connected();
  // Wakes wait_until(); may be called from the event listener.
  void notify() { changed_.notify_all(); }
  // Waits for something that the event listener brings about; `done` is asked again after each notify(), and
  // every 100 ms. False: the session has ended, or there was no server for too long.
  bool wait_until(const std::function<bool()>& done);

  // Runs one operation: `start(Client&, Callback<T>)`. connection_loss also when no server could be reached
  // for the connect timeout; then nothing was sent.
  template <class T, class Start>
  Outcome<T> call(Start start);

  // Runs one operation for each of [0, count), up to `kBatch` at once: `start(Client&, size_t, Callback<T>)`.
  template <class T, class Start>
  std::vector<Outcome<T>> call_each(size_t count, Start start);

  SessionState state() const;
  // True once this connection is of no use any more: the session has ended, or an operation was given up,
  // which may still be waiting to be sent.
  bool ended() const;
  const std::string& servers() const { return servers_text_; }

 private:
  static constexpr size_t kBatch = 1000;
  using Clock = std::chrono::steady_clock;

  void on_state(SessionState state);
  // Waits for `done` (which reads what lock_ protects). False: no server for too long.
  bool wait(std::unique_lock<std::mutex>& lock, const std::function<bool()>& done);

  const std::string servers_text_;
  const ConnectionOptions options_;

  mutable std::mutex lock_;
  std::condition_variable changed_;
  // Protected by lock_
  SessionState state_ = SessionState::disconnected;
  Clock::time_point without_server_since_ = Clock::now();

  bool given_up_ = false;

  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_ =
      boost::asio::make_work_guard(io_);
  std::unique_ptr<Client> client_;  // touched on thread_ only, once it runs
  std::thread thread_;
};

template <class T, class Start>
Outcome<T> Connection::call(Start start) {
  return call_each<T>(1,
                      [start](Client& client, size_t, Callback<T> done) { start(client, std::move(done)); })
      .at(0);
}

template <class T, class Start>
std::vector<Outcome<T>> Connection::call_each(size_t count, Start start) {
  // Shared with the callbacks, which may come when nobody waits any more.
  struct Answers {
    std::vector<Outcome<T>> outcomes;
    size_t missing;
  };
  std::vector<Outcome<T>> all;
  for (size_t begin = 0; begin < count; begin += kBatch) {
    const size_t size = std::min(kBatch, count - begin);
    auto answers = std::make_shared<Answers>();
    answers->outcomes.assign(size, Outcome<T>{ErrorCode::connection_loss, {}});
    answers->missing = size;
    std::unique_lock lock(lock_);
    boost::asio::post(io_, [this, answers, begin, size, start] {
      for (size_t i = 0; i < size; ++i) {
        start(*client_, begin + i, Callback<T>([this, answers, i](Outcome<T> outcome) {
          const std::scoped_lock guard(lock_);
          answers->outcomes[i] = std::move(outcome);
          if (--answers->missing == 0) changed_.notify_all();
        }));
      }
    });
    const bool answered = wait(lock, [&] { return answers->missing == 0; });
    all.insert(all.end(), answers->outcomes.begin(), answers->outcomes.end());
    if (!answered) all.resize(count, Outcome<T>{ErrorCode::connection_loss, {}});
    if (!answered) break;
  }
  return all;
}

}  // namespace paddock::client::shell
