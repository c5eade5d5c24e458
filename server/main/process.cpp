#include "server/main/process.h"

#include <dirent.h>
#include <malloc.h>
#include <pwd.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>

namespace paddock {
namespace {

std::string megabytes(uint64_t units, uint64_t unit_bytes) {
  return std::to_string(units * unit_bytes >> 20) + "MB";
}

// Java's names of processors.
std::string java_architecture(const std::string& machine) {
  return machine == "x86_64" ? "amd64" : machine;
}

}  // namespace

void prepare_process() {
  std::signal(SIGPIPE, SIG_IGN);
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  // The loop owns nearly all memory; a pool per thread would only scatter it.
  mallopt(M_ARENA_MAX, 2);
  // What is large and goes soon (deltas, batches of the checkpoint) shall leave no holes between the nodes.
  // glibc would raise the limit by itself after the first of them.
  mallopt(M_MMAP_THRESHOLD, 256 << 10);
  mallopt(M_TRIM_THRESHOLD, 4 << 20);
}

void trim_memory() {
  malloc_trim(0);
}

int64_t open_file_descriptors() {
  DIR* const directory = opendir("/proc/self/fd");
  if (directory == nullptr) return -1;
  int64_t count = -1;  // the directory itself
  while (const dirent* entry = readdir(directory)) count += entry->d_name[0] != '.';
  closedir(directory);
  return count;
}

int64_t max_file_descriptors() {
  rlimit limit{};
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<int64_t>(limit.rlim_cur) : -1;
}

int64_t resident_bytes() {
  long total = 0;
  long resident = 0;
  std::FILE* const file = std::fopen("/proc/self/statm", "re");
  if (file == nullptr) return -1;
  const int fields = std::fscanf(file, "%ld %ld", &total, &resident);
  std::fclose(file);
  return fields == 2 ? int64_t{resident} * sysconf(_SC_PAGESIZE) : -1;
}

std::string user_name() {
  const passwd* const user = getpwuid(getuid());
  return user == nullptr ? std::to_string(getuid()) : user->pw_name;
}

bool user_is_root() {
  return geteuid() == 0;
}

std::vector<std::pair<std::string, std::string>> environment() {
  utsname system{};
  uname(&system);
  struct sysinfo memory {};
  sysinfo(&memory);
  const passwd* const user = getpwuid(getuid());
  std::error_code ignored;
  std::vector<std::pair<std::string, std::string>> lines = {{"host.name", system.nodename}};
  for (const char* key :
       {"java.version", "java.vendor", "java.home", "java.class.path", "java.library.path"}) {
    lines.emplace_back(key, "<NA>");
  }
  lines.emplace_back("java.io.tmpdir", std::filesystem::temp_directory_path(ignored).string());
  lines.emplace_back("java.compiler", "<NA>");
  lines.emplace_back("os.name", system.sysname);
  lines.emplace_back("os.arch", java_architecture(system.machine));
  lines.emplace_back("os.version", system.release);
  lines.emplace_back("user.name", user_name());
  lines.emplace_back("user.home", user == nullptr ? "?" : user->pw_dir);
  lines.emplace_back("user.dir", std::filesystem::current_path(ignored).string());
  lines.emplace_back("os.memory.free", megabytes(memory.freeram, memory.mem_unit));
  lines.emplace_back("os.memory.max", megabytes(memory.totalram, memory.mem_unit));
  lines.emplace_back("os.memory.total", megabytes(memory.totalram, memory.mem_unit));
  return lines;
}

}  // namespace paddock
