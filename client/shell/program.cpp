#include "client/shell/program.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace paddock::client::shell {
namespace {

// Pointers into `texts`, as exec wants them.
std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

std::vector<std::string> environment_with(const Environment& more) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) all.emplace_back(*entry);
  for (const auto& [name, value] : more) {
    const std::string assignment = name + "=";
    std::erase_if(all, [&](const std::string& entry) { return entry.starts_with(assignment); });
    all.push_back(assignment + value);
  }
  return all;
}

}  // namespace

Result<pid_t> spawn(const std::vector<std::string>& command, const Environment& more) {
  std::vector<std::string> words = command;
  std::vector<std::string> entries = environment_with(more);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // We ignore SIGPIPE; whoever we run expects the usual.
  sigset_t usual;
  sigemptyset(&usual);
  sigaddset(&usual, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  pid_t pid = 0;
  const int err = posix_spawnp(&pid, words[0].c_str(), nullptr, &attributes, pointers(words).data(),
                               pointers(entries).data());
  posix_spawnattr_destroy(&attributes);
  if (err != 0) return make_fault("{}: {}", words[0], std::strerror(err));
  return pid;
}

Result<int> run_program(const std::vector<std::string>& command, const Environment& more) {
  const auto pid = spawn(command, more);
  if (!pid) return pid.fault();
  int status = 0;
  while (::waitpid(pid.value(), &status, 0) < 0) {
    // Ctrl-C is for the program as well: it decides what comes of it.
    if (errno != EINTR) return make_fault("{}: {}", command[0], std::strerror(errno));
  }
  return exit_code_of_status(status);
}

int exit_code_of_status(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace paddock::client::shell
