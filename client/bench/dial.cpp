#include "client/bench/dial.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace paddock::client::bench {
namespace {

// -1 and errno, or a connected socket. The kernel bounds connect() by the send timeout.
int connect_to(const addrinfo& address, int timeout_ms) {
  const int fd = ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  const int on = 1;
  const timeval limit{timeout_ms / 1000, (timeout_ms % 1000) * 1000};
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  if (::connect(fd, address.ai_addr, address.ai_addrlen) == 0) return fd;
  const int reason = errno;
  ::close(fd);
  errno = reason == EINPROGRESS ? ETIMEDOUT : reason;
  return -1;
}

}  // namespace

Result<int> dial(const HostPort& server, int timeout_ms) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int err =
          ::getaddrinfo(server.host.c_str(), std::to_string(server.port).c_str(), &hints, &found)) {
    return make_fault("cannot resolve {}: {}", server.host, ::gai_strerror(err));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  int reason = 0;
  for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
    if (const int fd = connect_to(*address, timeout_ms); fd >= 0) return fd;
    reason = errno;
  }
  return make_fault("cannot connect to {}: {}", to_string(server), std::strerror(reason));
}

}  // namespace paddock::client::bench
