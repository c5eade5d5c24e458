// Operations: what Client can do, for completion tokens, under limits. Completion signature of each:
// void(Outcome<T>). A refusal is in the Outcome, nothing throws. Completions go to the handler's associated
// executor.
//
// Owner: a view of a Client, cheap to copy; the client must outlive what it was asked.
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
#include "client/limits.h"
#include "client/transaction.h"

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

class Operations {
 public:
  explicit Operations(Client& client, Limits limits = {}) : client_(&client), limits_(std::move(limits)) {}

  // The same, each of them with these limits.
  Operations under(Limits limits) const { return Operations(*client_, std::move(limits)); }
  Operations within_ms(int64_t ms) const { return under(Limits(Deadline::in_ms(ms), limits_.stop)); }

  template <class Token>
  auto async_create(std::string path, NewData data, CreateOptions options, Token&& token) {
    return call<Created>(
        token, [=](Client& client, auto done) { client.create(path, data, options, std::move(done)); });
  }
  template <class Token>
  auto async_remove(std::string path, int32_t version, Token&& token) {
    return call<Nothing>(token,
                         [=](Client& client, auto done) { client.remove(path, version, std::move(done)); });
  }
  template <class Token>
  auto async_exists(std::string path, bool watch, Token&& token) {
    return call<Stat>(token, [=](Client& client, auto done) { client.exists(path, watch, std::move(done)); });
  }
  template <class Token>
  auto async_get(std::string path, bool watch, Token&& token) {
    return call<NodeData>(token,
                          [=](Client& client, auto done) { client.get(path, watch, std::move(done)); });
  }
  template <class Token>
  auto async_set(std::string path, NewData data, int32_t version, Token&& token) {
    return call<Stat>(token,
                      [=](Client& client, auto done) { client.set(path, data, version, std::move(done)); });
  }
  template <class Token>
  auto async_children(std::string path, bool watch, Token&& token) {
    return call<Children>(token,
                          [=](Client& client, auto done) { client.children(path, watch, std::move(done)); });
  }
  template <class Token>
  auto async_get_acl(std::string path, Token&& token) {
    return call<std::pair<std::vector<OwnedAcl>, Stat>>(
        token, [=](Client& client, auto done) { client.get_acl(path, std::move(done)); });
  }
  template <class Token>
  auto async_set_acl(std::string path, std::vector<OwnedAcl> acl, int32_t version, Token&& token) {
    return call<Stat>(
        token, [=](Client& client, auto done) { client.set_acl(path, acl, version, std::move(done)); });
  }
  template <class Token>
  auto async_sync(std::string path, Token&& token) {
    return call<Nothing>(token, [=](Client& client, auto done) { client.sync(path, std::move(done)); });
  }
  template <class Token>
  auto async_multi(std::vector<TxnOp> ops, Token&& token) {
    return call<std::vector<TxnResult>>(
        token, [=](Client& client, auto done) { client.multi(ops, std::move(done)); });
  }
  template <class Token>
  auto async_add_watch(std::string path, AddWatchMode mode, Token&& token) {
    return call<Nothing>(token,
                         [=](Client& client, auto done) { client.add_watch(path, mode, std::move(done)); });
  }
  template <class Token>
  auto async_remove_watches(std::string path, WatcherType type, Token&& token) {
    return call<Nothing>(
        token, [=](Client& client, auto done) { client.remove_watches(path, type, std::move(done)); });
  }
  template <class Token>
  auto async_ephemerals(std::string prefix, Token&& token) {
    return call<std::vector<std::string>>(
        token, [=](Client& client, auto done) { client.ephemerals(prefix, std::move(done)); });
  }
  template <class Token>
  auto async_count_descendants(std::string path, Token&& token) {
    return call<int32_t>(token,
                         [=](Client& client, auto done) { client.count_descendants(path, std::move(done)); });
  }
  template <class Token>
  auto async_who_am_i(Token&& token) {
    return call<std::vector<Identity>>(token,
                                       [](Client& client, auto done) { client.who_am_i(std::move(done)); });
  }
  template <class Token>
  auto async_add_auth(std::string scheme, std::string data, Token&& token) {
    return call<Nothing>(token,
                         [=](Client& client, auto done) { client.add_auth(scheme, data, std::move(done)); });
  }
  template <class Token>
  auto async_close(Token&& token) {
    return call<Nothing>(token, [](Client& client, auto done) { client.close(std::move(done)); });
  }
  template <class Token>
  auto async_raw(OpCode type, std::string body, Token&& token) {
    return call<std::string>(token,
                             [=](Client& client, auto done) { client.raw(type, body, std::move(done)); });
  }

  template <class Token>
  auto async_commit(Transaction transaction, Token&& token) {
    return call<TransactionResults>(token, [=](Client& client, auto done) {
      client.multi(transaction.ops(), [done](Outcome<std::vector<TxnResult>> results) {
        done({results.err, TransactionResults(std::move(results.value))});
      });
    });
  }

 private:
  template <class T, class Token, class Start>
  auto call(Token& token, Start start) {
    return async_call<T>(client_->executor(), token,
                         [client = client_, limits = limits_, start](Callback<T> done) {
                           start(*client, limited<T>(client->executor(), limits, std::move(done)));
                         });
  }

  Client* client_;
  Limits limits_;
};

}  // namespace paddock::client
