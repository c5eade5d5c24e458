#include "server/confinement/confinement.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <netdb.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>
#include <functional>
#include <thread>

namespace paddock::confinement::test {
namespace {

// How a confined process ends that does this: its exit code, or 1000 and the signal.
int ends(const std::function<int()>& deed) {
  const pid_t child = fork();
  if (child == 0) _exit(confine() ? deed() : 99);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

constexpr int kKilled = 1000 + SIGSYS;

}  // namespace

TEST_CASE("a confined process becomes no other program") {
  CHECK(ends([] { return execl("/bin/true", "true", nullptr), 1; }) == kKilled);
  CHECK(ends([] {
          return static_cast<int>(syscall(SYS_execveat, AT_FDCWD, "/bin/true", nullptr, nullptr, 0));
        }) == kKilled);
}

TEST_CASE("a confined process makes no other process") {
  CHECK(ends([] { return fork() == 0 ? 1 : 2; }) == kKilled);
  CHECK(ends([] { return static_cast<int>(syscall(SYS_unshare, CLONE_NEWNS)); }) == kKilled);
}

TEST_CASE("a confined process makes threads, before and after, and all are confined") {
  CHECK(ends([] {
          int answer = 0;
          std::thread([&] { answer = 7; }).join();
          return answer;
        }) == 7);
  CHECK(ends([] {
          std::thread([] { execl("/bin/true", "true", nullptr); }).join();
          return 1;
        }) == kKilled);
  const pid_t child = fork();
  if (child == 0) {
    std::atomic<bool> confined = false;
    std::thread earlier([&] {
      confined.wait(false);
      execl("/bin/true", "true", nullptr);
    });
    if (!confine()) _exit(99);
    confined = true;
    confined.notify_all();
    earlier.join();
    _exit(1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));
}

TEST_CASE("in a confined process memory that was written is not run") {
  CHECK(ends([] {
          void* const page =
              mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
          return page == MAP_FAILED ? errno : 0;
        }) == ENOSYS);
  CHECK(ends([] {
          void* const page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
          if (page == MAP_FAILED) return 1;
          return mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0 ? 0 : errno;
        }) == ENOSYS);
}

TEST_CASE("a confined process has files and connections") {
  CHECK(ends([] {
          const int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
          const int internet = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
          return file >= 0 && internet >= 0 && close(file) == 0 && listen(internet, 1) == 0 ? 0 : errno;
        }) == 0);
  CHECK(ends([] {
          addrinfo* found = nullptr;
          const int done = getaddrinfo("localhost", "2181", nullptr, &found);
          return done == 0 && found != nullptr ? 0 : 1;
        }) == 0);
}

TEST_CASE("a confined process has no sockets below those of the internet, and gains nothing") {
  CHECK(ends([] { return socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0) < 0 ? errno : 0; }) == ENOSYS);
  CHECK(ends([] { return prctl(PR_SET_DUMPABLE, 1) < 0 ? errno : 0; }) == ENOSYS);
  CHECK(ends([] { return setuid(0) < 0 ? errno : 0; }) == ENOSYS);
}

TEST_CASE("a call is served or fatal, and named once") {
  std::vector<std::string> names = served_calls();
  names.insert(names.end(), fatal_calls().begin(), fatal_calls().end());
  std::ranges::sort(names);
  CHECK(std::ranges::adjacent_find(names) == names.end());
}

}  // namespace paddock::confinement::test
