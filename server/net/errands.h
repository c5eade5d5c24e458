// Errands: work that may wait for others, such as a KDC, each on a thread of its own; its result comes back
// to the loop.
//
// Owner: the host. Loop thread, but for the work itself, which must touch nothing of the loop's.
//
// Invariants
// 1. Nothing is heard of an errand behind close(), which does not wait for it either.
// 2. There are never more than kMaxErrands under way.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "protocol/base/result.h"

namespace paddock::net {

class Errands {
 public:
  using Answer = Result<std::optional<std::string>>;

  explicit Errands(boost::asio::io_context& io);
  ~Errands();
  Errands(const Errands&) = delete;
  Errands& operator=(const Errands&) = delete;

  // Requires: before the loop ends. Those who wait are forgotten.
  void close();

  // `then` is called once, on the loop and not from within.
  void run(std::function<Answer()> work, std::function<void(const Answer&)> then);

 private:
  struct Door;
  const std::shared_ptr<Door> door_;
};

}  // namespace paddock::net
