// Background: a coroutine that goes on for as long as its owner is there. When the owner goes the coroutine
// is told so by its token and ends in its own time; from then on it may call nobody but the client.
#pragma once

#include <utility>

#include "client/coroutine.h"

namespace paddock::recipes {

class Background {
 public:
  // `work`: Async<void>(std::stop_token).
  template <class Work>
  Background(client::ClientPtr zk, Work work) {
    const auto executor = zk->executor();
    boost::asio::co_spawn(executor, run(std::move(zk), std::move(work), stop_.get_token()),
                          boost::asio::detached);
  }
  ~Background() { stop_.request_stop(); }
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

 private:
  // Keeps the function, whose captures the coroutine uses.
  template <class Work>
  static client::Async<void> run(client::ClientPtr, Work work, std::stop_token stop) {
    co_await work(stop);
  }

  std::stop_source stop_;
};

}  // namespace paddock::recipes
