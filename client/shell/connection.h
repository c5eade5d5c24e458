// Connection: the asynchronous client made blocking for a program that asks one thing at a time. The client
// lives on a thread of its own, so pings go out and events come in while a person thinks.
//
// Thread rule: call from one thread; the event listener is called on the connection's own.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "client/client.h"
#include "client/shell/exit_code.h"
#include "protocol/base/result.h"

namespace paddock::client::shell {

struct ConnectionOptions {
  int32_t session_timeout_ms = 30000;
  int64_t connect_timeout_ms = 10000;  // how long to be without a server before giving up
  bool read_only = false;
  MakeTransport transport = nullptr;  // null: TCP
  MakeInitiator login = nullptr;      // null: none
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
  // for the connect timeout, and then nothing was sent; and after an interrupt.
  template <class T, class Start>
  Outcome<T> call(Start start);

  Outcome<NodeData> get(const std::string& path, bool watch = false);
  Outcome<Stat> exists(const std::string& path, bool watch = false);

  // Runs one operation for each of [0, count), up to `kBatch` at once: `start(Client&, size_t, Callback<T>)`.
  template <class T, class Start>
  std::vector<Outcome<T>> call_each(size_t count, Start start);

  SessionState state() const;
  // Why wait_connected() failed.
  ExitCode why_unconnected() const;
  // True once this connection is of no use any more: the session has ended, or an operation was given up,
  // which may still be waiting to be sent.
  bool ended() const;
  const std::string& servers() const { return servers_text_; }

 private:
  static constexpr size_t kBatch = 1000;
  using Clock = std::chrono::steady_clock;

  // Runs what stores an outcome under lock_, and counts it.
  using Answered = std::function<void(const std::function<void()>& store)>;
  using StartOne = std::function<void(Client& client, size_t index, const Answered& answered)>;

  void on_state(SessionState state);
  // call_each() without its types: every file of the shell would otherwise compile all of it anew. False:
  // given up, and answers may still come.
  bool run_each(size_t count, StartOne start);
  // Starts [begin, end) and waits for their answers. False: given up.
  bool run_batch(size_t begin, size_t end, const std::shared_ptr<StartOne>& start);
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
  const auto outcomes =
      std::make_shared<std::vector<Outcome<T>>>(count, Outcome<T>{ErrorCode::connection_loss, {}});
  const auto start_one = [start = std::move(start), outcomes](Client& client, size_t i,
                                                              const Answered& answered) {
    start(client, i, Callback<T>([outcomes, i, answered](Outcome<T> outcome) {
            answered([&] { (*outcomes)[i] = std::move(outcome); });
          }));
  };
  if (run_each(count, start_one)) return std::move(*outcomes);
  const std::scoped_lock guard(lock_);
  return *outcomes;
}

}  // namespace paddock::client::shell
