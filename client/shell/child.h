// Child: one command that runs beside us. Its end and its signals come through the io_context.
//
// Owner: one per process at a time, for it takes the process's SIGCHLD.
#pragma once

#include <sys/types.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <functional>
#include <string>
#include <vector>

#include "client/shell/program.h"
#include "protocol/base/result.h"

namespace paddock::client::shell {

class Child {
 public:
  // The exit code as a shell tells it: 128 and the signal for a child that was killed.
  using OnExit = std::function<void(int code)>;

  Child(boost::asio::io_context& io, OnExit on_exit);

  // `more`: additions to the environment. The fault names the command.
  Status start(const std::vector<std::string>& command, const Environment& more);
  void send_signal(int number) const;
  bool is_running() const { return pid_ > 0; }

 private:
  void await_exit();

  boost::asio::signal_set ended_;
  const OnExit on_exit_;
  pid_t pid_ = 0;
};

}  // namespace paddock::client::shell
