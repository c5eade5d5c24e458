#include "client/shell/interrupt.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace paddock::client::shell::interrupt {
namespace {

constexpr int kPatience = 3;

volatile std::sig_atomic_t unheeded = 0;
int pipe_ends[2] = {-1, -1};

void on_signal(int) {
  const int saved = errno;
  if (unheeded >= kPatience) ::_exit(128 + SIGINT);
  unheeded = unheeded + 1;
  // A full pipe is readable already.
  [[maybe_unused]] const ssize_t written = ::write(pipe_ends[1], "", 1);
  errno = saved;
}

}  // namespace

void install() {
  if (pipe_ends[0] < 0 && ::pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK) != 0) return;
  struct sigaction action {};
  action.sa_handler = on_signal;  // without SA_RESTART: who reads wants to know
  ::sigaction(SIGINT, &action, nullptr);
}

bool requested() {
  return unheeded > 0;
}

void clear() {
  unheeded = 0;
  char bytes[16];
  while (pipe_ends[0] >= 0 && ::read(pipe_ends[0], bytes, sizeof bytes) > 0) {
  }
}

int descriptor() {
  return pipe_ends[0];
}

}  // namespace paddock::client::shell::interrupt
