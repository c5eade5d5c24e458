// BlockingClient: a client for programs without an event loop. It lives on a thread of its own; calls wait
// for their outcome, on any other thread.
//
//   BlockingClient zk(servers);
//   Outcome<NodeData> node = zk.get("/greeting");
//   Outcome<Hold> hold = zk.run([&] { return lock.acquire(Deadline::in_ms(5000)); });
//
// Thread rule: everything from any thread, except that a call on the client's own thread, from a callback or
// a coroutine, would wait for itself for ever: it returns invalid_callback at once.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "client/coroutine.h"

namespace paddock::client {

class BlockingClient {
 public:
  // Connects in the background: calls wait for the first session as for any other.
  explicit BlockingClient(const ConnectString& servers, ClientOptions options = {});
  // Closes the session, if a server answers soon.
  ~BlockingClient();
  BlockingClient(const BlockingClient&) = delete;
  BlockingClient& operator=(const BlockingClient&) = delete;

  // `start`: Async<Outcome<T>>(), called on the client's thread.
  template <class Start>
  auto run(Start start);

  Outcome<Created> create(std::string path, NewData data, CreateOptions options = {}, Limits limits = {});
  Outcome<Nothing> remove(std::string path, int32_t version = -1, Limits limits = {});
  Outcome<Stat> exists(std::string path, Limits limits = {});
  Outcome<NodeData> get(std::string path, Limits limits = {});
  Outcome<Stat> set(std::string path, NewData data, int32_t version = -1, Limits limits = {});
  Outcome<Children> children(std::string path, Limits limits = {});
  Outcome<TransactionResults> commit(Transaction transaction, Limits limits = {});
  Outcome<Nothing> sync(std::string path, Limits limits = {});
  // operation_timeout: not connected in time; session_expired: it never will be.
  Outcome<Nothing> wait_connected(Limits limits);

  // For coroutines and recipes, on its executor.
  const ClientPtr& client() const { return zk_; }

 private:
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_ =
      boost::asio::make_work_guard(io_);
  ClientPtr zk_;
  std::thread thread_;
};

template <class Start>
auto BlockingClient::run(Start start) {
  using Result = typename decltype(start())::value_type;
  if (std::this_thread::get_id() == thread_.get_id()) return Result{ErrorCode::invalid_callback, {}};
  std::promise<Result> promise;
  auto outcome = promise.get_future();
  // Called there, because what is made before the first wait belongs on the client's thread too.
  boost::asio::post(io_, [&] {
    boost::asio::co_spawn(io_, start(), [&promise](const std::exception_ptr&, Result result) {
      promise.set_value(std::move(result));
    });
  });
  return outcome.get();
}

}  // namespace paddock::client
