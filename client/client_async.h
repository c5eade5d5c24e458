// AsyncClient: the operations of Client for completion tokens, so that they can be awaited:
//
//   boost::asio::awaitable<void> greet(AsyncClient& zk) {
//     Outcome<NodeData> node = co_await zk.async_get("/greeting", false, boost::asio::use_awaitable);
//     if (!node) fmt::print("{}\n", name_of(node.err));
//   }
//
// Completion signature of each: void(Outcome<T>). A refusal is in the Outcome, nothing throws. Completions go
// to the handler's associated executor. The client must outlive what it was asked; everything else as in
// client.h.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "client/client.h"

namespace paddock::client {

// The one bridge between callbacks and tokens. `start` takes the Callback<T> and begins the operation.
template <class T, class Token, class Start>
auto async_call(const boost::asio::any_io_executor& executor, Token&& token, Start start) {
  return boost::asio::async_initiate<Token, void(Outcome<T>)>(
      [executor]<class Handler>(Handler&& handler, Start begin) {
        auto target = boost::asio::get_associated_executor(handler, executor);
        auto work = boost::asio::make_work_guard(target);
        // A std::function is copyable, a handler need not be.
        auto shared = std::make_shared<std::decay_t<Handler>>(std::forward<Handler>(handler));
        begin(Callback<T>([target, work, shared](Outcome<T> outcome) {
          boost::asio::dispatch(target, [shared, outcome = std::move(outcome)]() mutable {
            std::decay_t<Handler> ready(std::move(*shared));
            std::move(ready)(std::move(outcome));
          });
        }));
      },
      token, std::move(start));
}

class AsyncClient : public Client {
 public:
  using Client::Client;

  template <class Token>
  auto async_create(std::string path, std::string data, CreateOptions options, Token&& token) {
    return call<Created>(token, [=, this](auto done) { create(path, data, options, std::move(done)); });
  }
  template <class Token>
  auto async_remove(std::string path, int32_t version, Token&& token) {
    return call<Nothing>(token, [=, this](auto done) { remove(path, version, std::move(done)); });
  }
  template <class Token>
  auto async_exists(std::string path, bool watch, Token&& token) {
    return call<Stat>(token, [=, this](auto done) { exists(path, watch, std::move(done)); });
  }
  template <class Token>
  auto async_get(std::string path, bool watch, Token&& token) {
    return call<NodeData>(token, [=, this](auto done) { get(path, watch, std::move(done)); });
  }
  template <class Token>
  auto async_set(std::string path, std::string data, int32_t version, Token&& token) {
    return call<Stat>(token, [=, this](auto done) { set(path, data, version, std::move(done)); });
  }
  template <class Token>
  auto async_children(std::string path, bool watch, Token&& token) {
    return call<Children>(token, [=, this](auto done) { children(path, watch, std::move(done)); });
  }
  template <class Token>
  auto async_get_acl(std::string path, Token&& token) {
    return call<std::pair<std::vector<OwnedAcl>, Stat>>(
        token, [=, this](auto done) { get_acl(path, std::move(done)); });
  }
  template <class Token>
  auto async_set_acl(std::string path, std::vector<OwnedAcl> acl, int32_t version, Token&& token) {
    return call<Stat>(token, [=, this](auto done) { set_acl(path, acl, version, std::move(done)); });
  }
  template <class Token>
  auto async_sync(std::string path, Token&& token) {
    return call<Nothing>(token, [=, this](auto done) { sync(path, std::move(done)); });
  }
  template <class Token>
  auto async_multi(std::vector<TxnOp> ops, Token&& token) {
    return call<std::vector<TxnResult>>(token, [=, this](auto done) { multi(ops, std::move(done)); });
  }
  template <class Token>
  auto async_add_watch(std::string path, AddWatchMode mode, Token&& token) {
    return call<Nothing>(token, [=, this](auto done) { add_watch(path, mode, std::move(done)); });
  }
  template <class Token>
  auto async_remove_watches(std::string path, WatcherType type, Token&& token) {
    return call<Nothing>(token, [=, this](auto done) { remove_watches(path, type, std::move(done)); });
  }
  template <class Token>
  auto async_ephemerals(std::string prefix, Token&& token) {
    return call<std::vector<std::string>>(token,
                                          [=, this](auto done) { ephemerals(prefix, std::move(done)); });
  }
  template <class Token>
  auto async_count_descendants(std::string path, Token&& token) {
    return call<int32_t>(token, [=, this](auto done) { count_descendants(path, std::move(done)); });
  }
  template <class Token>
  auto async_who_am_i(Token&& token) {
    return call<std::vector<Identity>>(token, [this](auto done) { who_am_i(std::move(done)); });
  }
  template <class Token>
  auto async_add_auth(std::string scheme, std::string data, Token&& token) {
    return call<Nothing>(token, [=, this](auto done) { add_auth(scheme, data, std::move(done)); });
  }
  template <class Token>
  auto async_close(Token&& token) {
    return call<Nothing>(token, [this](auto done) { close(std::move(done)); });
  }
  template <class Token>
  auto async_raw(OpCode type, std::string body, Token&& token) {
    return call<std::string>(token, [=, this](auto done) { raw(type, body, std::move(done)); });
  }

 private:
  template <class T, class Token, class Start>
  auto call(Token& token, Start start) {
    return async_call<T>(executor(), token, std::move(start));
  }
};

}  // namespace paddock::client
