#include "client/shell/child.h"

#include <sys/wait.h>

#include <csignal>

namespace paddock::client::shell {

Child::Child(boost::asio::io_context& io, OnExit on_exit)
    : ended_(io, SIGCHLD), on_exit_(std::move(on_exit)) {}

Status Child::start(const std::vector<std::string>& command, const Environment& more) {
  const auto pid = spawn(command, more);
  if (!pid) return pid.fault();
  pid_ = pid.value();
  await_exit();
  return ok_status();
}

void Child::await_exit() {
  ended_.async_wait([this](const boost::system::error_code& err, int) {
    if (err) return;
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != pid_) return await_exit();
    pid_ = 0;
    on_exit_(exit_code_of_status(status));
  });
}

void Child::send_signal(int number) const {
  if (pid_ > 0) ::kill(pid_, number);
}

}  // namespace paddock::client::shell
