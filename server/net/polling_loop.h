// A loop that looks for work for a moment before it sleeps. To wake a thread whose processor has gone to
// sleep takes some 50 us on a virtual machine, and a write passes six threads; work that comes within the
// moment is met at once.
//
// Owner: main. Threads: the loop thread.
//
// Invariants
// 1. Nobody polls for long in vain: of three moments one was of use, or only each 61st sleep is preceded by
// one.
// 2. Whoever else wants the processor gets it between two looks.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>

namespace paddock::net {

// Whether to look for work before the next sleep, from what came of it before.
class PollingChance {
 public:
  // The loop has nothing to do. False: it sleeps at once.
  bool is_worth_a_try();
  void tried(bool met_work);

 private:
  int credit_ = 0;
  int sleeps_ = 0;  // at once, since the last try
};

// As io.run(), but looks for work for up to `moment` before it sleeps. 0: never.
void run_polling(boost::asio::io_context& io, std::chrono::microseconds moment);

}  // namespace paddock::net
