#include "server/confinement/confinement.h"

#include <asm/ioctls.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace paddock::confinement {
namespace {

struct Release {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, Release>;

using Condition = scmp_arg_cmp;

Condition equals(unsigned argument, uint64_t value) {
  return {argument, SCMP_CMP_EQ, value, 0};
}

// Of the bits in `mask` exactly those in `value` are set.
Condition bits(unsigned argument, uint64_t mask, uint64_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}

// Keeps the first error, so that the rules read like a list.
class Rules {
 public:
  explicit Rules(void* filter) : filter_(filter) {}

  // All conditions hold. A name that this machine's kernels do not have is left out.
  void add(uint32_t action, const std::string& call, const std::vector<Condition>& conditions = {}) {
    const int number = seccomp_syscall_resolve_name(call.c_str());
    if (number == __NR_SCMP_ERROR) return;
    keep(seccomp_rule_add_array(filter_, action, number, static_cast<unsigned>(conditions.size()),
                                conditions.data()));
  }
  void serve(const std::string& call, const std::vector<Condition>& conditions = {}) {
    add(SCMP_ACT_ALLOW, call, conditions);
  }
  void keep(int done) {
    if (error_ == 0) error_ = -done;
  }
  int error() const { return error_; }

 private:
  void* const filter_;
  int error_ = 0;
};

// What is served with some arguments only.
void serve_in_part(Rules& rules) {
  rules.serve("mmap", {bits(2, PROT_EXEC, 0)});
  rules.serve("mmap", {bits(2, PROT_EXEC, PROT_EXEC), bits(3, MAP_ANONYMOUS, 0)});
  rules.serve("mprotect", {bits(2, PROT_EXEC, 0)});
  rules.serve("clone", {bits(0, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM)});
  rules.add(SCMP_ACT_KILL_PROCESS, "clone", {bits(0, CLONE_THREAD, 0)});
  for (const int family : {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK}) {
    rules.serve("socket", {equals(0, static_cast<uint64_t>(family))});
  }
  // Whether a socket blocks, what it holds, whether a stream is a terminal.
  for (const unsigned request : {FIONBIO, FIONREAD, TCGETS}) rules.serve("ioctl", {equals(1, request)});
  rules.serve("prctl", {equals(0, PR_SET_NAME)});
  rules.serve("prctl", {equals(0, PR_SET_VMA)});
  rules.serve("prlimit64", {equals(2, 0)});  // asks and sets nothing
}

Fault no_filter(int error) {
  return make_fault("paddock.seccomp: the kernel takes no filter of system calls: {}",
                    std::generic_category().message(error));
}

}  // namespace

const std::vector<std::string>& served_calls() {
  static const std::vector<std::string> calls = {
      // Files
      "access", "chmod", "close", "copy_file_range", "creat", "dup", "dup2", "dup3", "faccessat",
      "faccessat2", "fadvise64", "fallocate", "fchmod", "fchmodat", "fcntl", "fdatasync", "flock", "fstat",
      "fstatfs", "fsync", "ftruncate", "getcwd", "getdents64", "link", "linkat", "lseek", "lstat", "mkdir",
      "mkdirat", "newfstatat", "open", "openat", "pipe2", "pread64", "preadv", "pwrite64", "pwritev", "read",
      "readlink", "readlinkat", "readv", "rename", "renameat", "renameat2", "rmdir", "stat", "statfs",
      "statx", "sync_file_range", "truncate", "umask", "unlink", "unlinkat", "write", "writev",
      // Connections
      "accept", "accept4", "bind", "connect", "epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_pwait2",
      "epoll_wait", "eventfd2", "getpeername", "getsockname", "getsockopt", "listen", "poll", "ppoll",
      "pselect6", "recvfrom", "recvmmsg", "recvmsg", "select", "sendmmsg", "sendmsg", "sendto", "setsockopt",
      "shutdown", "socketpair",
      // Time
      "clock_getres", "clock_gettime", "clock_nanosleep", "gettimeofday", "nanosleep", "time",
      "timerfd_create", "timerfd_gettime", "timerfd_settime",
      // Memory and threads
      "brk", "exit", "exit_group", "futex", "get_robust_list", "getcpu", "gettid", "madvise", "membarrier",
      "mincore", "mremap", "munmap", "restart_syscall", "rseq", "rt_sigaction", "rt_sigprocmask",
      "rt_sigreturn", "rt_sigtimedwait", "sched_getaffinity", "sched_yield", "set_robust_list", "sigaltstack",
      "tgkill",
      // Who and where it is
      "getegid", "geteuid", "getgid", "getgroups", "getpid", "getppid", "getrandom", "getresgid", "getresuid",
      "getrlimit", "getrusage", "getuid", "sysinfo", "times", "uname"};
  return calls;
}

const std::vector<std::string>& fatal_calls() {
  static const std::vector<std::string> calls = {"bpf",
                                                 "delete_module",
                                                 "execve",
                                                 "execveat",
                                                 "finit_module",
                                                 "fork",
                                                 "init_module",
                                                 "kexec_load",
                                                 "mount",
                                                 "pivot_root",
                                                 "ptrace",
                                                 "process_vm_readv",
                                                 "process_vm_writev",
                                                 "setns",
                                                 "unshare",
                                                 "vfork"};
  return calls;
}

Status confine() {
  const Filter filter(seccomp_init(SCMP_ACT_ERRNO(ENOSYS)));
  if (!filter) return no_filter(ENOMEM);
  Rules rules(filter.get());
  rules.keep(seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1));
  // The hot path makes few calls of many kinds, so the rules are searched as a tree.
  rules.keep(seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2));
  for (const std::string& call : served_calls()) rules.serve(call);
  for (const std::string& call : fatal_calls()) rules.add(SCMP_ACT_KILL_PROCESS, call);
  serve_in_part(rules);
  if (rules.error() == 0) rules.keep(seccomp_load(filter.get()));
  if (rules.error() != 0) return no_filter(rules.error());
  return ok_status();
}

}  // namespace paddock::confinement
