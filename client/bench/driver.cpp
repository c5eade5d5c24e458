#include "client/bench/driver.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace paddock::client::bench {
namespace {

constexpr int64_t kSilenceLimit_ns = 60'000'000'000;

int wait_ms(int64_t now_ns, int64_t deadline_ns) {
  const int64_t left = std::min(deadline_ns - now_ns, int64_t{100'000'000});
  return static_cast<int>(std::max<int64_t>((left + 999'999) / 1'000'000, 0));
}

}  // namespace

Result<std::unique_ptr<Driver>> Driver::connect(const BenchOptions& options) {
  SocketSecurity security;
  if (options.tls) {
    auto context = make_tls_context(*options.tls);
    if (!context) return context.fault();
    security = {std::move(*context), options.tls->verify_host};
  }
  const int epoll_fd = ::epoll_create1(EPOLL_CLOEXEC);
  if (epoll_fd < 0) return make_fault("epoll_create1: {}", std::strerror(errno));
  std::unique_ptr<Driver> driver(new Driver(epoll_fd));
  for (int i = 0; i < options.connections; ++i) {
    const auto& hosts = options.servers.hosts;
    auto opened = Connection::open(hosts[static_cast<size_t>(i) % hosts.size()], security,
                                   options.session_timeout_ms, options.inflight);
    if (!opened) return opened.fault();
    driver->connections_.push_back(std::move(opened).value());
    epoll_event interest{EPOLLIN, {.u64 = static_cast<uint64_t>(i)}};
    if (::epoll_ctl(epoll_fd, EPOLL_CTL_ADD, driver->connections_.back().fd(), &interest) < 0) {
      return make_fault("epoll_ctl: {}", std::strerror(errno));
    }
  }
  driver->watched_for_write_.resize(driver->connections_.size());
  return driver;
}

Driver::~Driver() {
  ::close(epoll_fd_);
}

Status Driver::run(RequestSource& source, int64_t deadline_ns) {
  return loop(source, deadline_ns, false);
}
Status Driver::drain(RequestSource& source) {
  return loop(source, kNoDeadline, true);
}

bool Driver::idle() const {
  return std::all_of(connections_.begin(), connections_.end(),
                     [](const Connection& connection) { return connection.inflight() == 0; });
}

Status Driver::loop(RequestSource& source, int64_t deadline_ns, bool exhausted) {
  for (size_t i = 0; i < connections_.size(); ++i) {
    if (auto served = serve(i, 0, source, exhausted); !served) return served;
  }
  std::array<epoll_event, 256> events;
  int64_t heard_ns = clock_ns();
  for (int64_t now_ns = heard_ns; now_ns < deadline_ns && !(exhausted && idle()); now_ns = clock_ns()) {
    const int count = ::epoll_wait(epoll_fd_, events.data(), events.size(), wait_ms(now_ns, deadline_ns));
    if (count < 0 && errno != EINTR) return make_fault("epoll_wait: {}", std::strerror(errno));
    if (count > 0) heard_ns = now_ns;
    if (now_ns - heard_ns > kSilenceLimit_ns) return make_fault("no server has answered anything for 60 s");
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<size_t>(i)];
      if (auto served = serve(event.data.u64, event.events, source, exhausted); !served) return served;
    }
  }
  return ok_status();
}

Status Driver::serve(size_t index, uint32_t events, RequestSource& source, bool& exhausted) {
  Connection& connection = connections_[index];
  if (events & (EPOLLIN | EPOLLERR | EPOLLHUP)) {
    if (auto read = connection.read_replies(source, counters_); !read) return read;
  }
  if (events & EPOLLOUT) {
    if (auto flushed = connection.flush(); !flushed) return flushed;
  }
  if (auto filled = connection.fill_and_write(source, clock_ns(), exhausted); !filled) return filled;
  return connection.wants_write() != watched_for_write_[index] ? watch_writable(index) : ok_status();
}

Status Driver::watch_writable(size_t index) {
  const bool wanted = connections_[index].wants_write();
  epoll_event interest{wanted ? EPOLLIN | EPOLLOUT : EPOLLIN, {.u64 = index}};
  if (::epoll_ctl(epoll_fd_, EPOLL_CTL_MOD, connections_[index].fd(), &interest) < 0) {
    return make_fault("epoll_ctl: {}", std::strerror(errno));
  }
  watched_for_write_[index] = wanted;
  return ok_status();
}

void Driver::close_sessions() {
  for (Connection& connection : connections_) connection.close_session();
}

}  // namespace paddock::client::bench
