#include "client/shell/notices.h"

#include <fmt/core.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

namespace paddock::client::shell {

Notices::Notices() : ready_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Notices::~Notices() {
  ::close(ready_);
}

void Notices::tell(std::string_view text) {
  const std::scoped_lock guard(lock_);
  if (!held_) {
    fmt::print(stderr, "{}", text);
    return;
  }
  waiting_ += text;
  ::eventfd_write(ready_, 1);
}

void Notices::hold(bool prompt_is_up) {
  const std::scoped_lock guard(lock_);
  held_ = prompt_is_up;
  if (held_) return;
  fmt::print(stderr, "{}", waiting_);
  waiting_.clear();
  eventfd_t count = 0;
  ::eventfd_read(ready_, &count);
}

std::string Notices::take() {
  const std::scoped_lock guard(lock_);
  eventfd_t count = 0;
  ::eventfd_read(ready_, &count);
  return std::exchange(waiting_, {});
}

}  // namespace paddock::client::shell
