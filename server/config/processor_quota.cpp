#include "server/config/processor_quota.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace paddock::config {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// "QUOTA PERIOD", in microseconds. No quota is "max", or -1 in the first version.
std::optional<double> share(const std::string& text) {
  double quota = 0;
  double period = 0;
  if (!(std::istringstream(text) >> quota >> period) || quota <= 0 || period <= 0) return std::nullopt;
  return quota / period;
}

std::optional<double> quota_of(const fs::path& group) {
  if (auto quota = share(text_of(group / "cpu.max"))) return quota;
  return share(text_of(group / "cpu.cfs_quota_us") + " " + text_of(group / "cpu.cfs_period_us"));
}

bool names(const std::string& controllers, const std::string& wanted) {
  std::istringstream list(controllers);
  for (std::string each; std::getline(list, each, ',');) {
    if (each == wanted) return true;
  }
  return false;
}

}  // namespace

std::optional<double> processor_quota(const std::string& root, const std::string& membership) {
  std::optional<double> least;
  std::istringstream lines(membership);
  for (std::string line; std::getline(lines, line);) {  // ID:CONTROLLERS:PATH; the second version names none
    std::istringstream fields(line);
    std::string id, controllers, path;
    std::getline(fields, id, ':');
    std::getline(fields, controllers, ':');
    std::getline(fields, path);
    if (path.empty() || (!controllers.empty() && !names(controllers, "cpu"))) continue;
    // A container sees its own group as the root, whatever the path says.
    for (fs::path group = path; true; group = group.parent_path()) {
      const auto quota = quota_of(fs::path(root) / controllers / group.relative_path());
      if (quota) least = std::min(*quota, least.value_or(*quota));
      if (!group.has_relative_path()) break;
    }
  }
  return least;
}

std::optional<double> processor_quota() {
  return processor_quota("/sys/fs/cgroup", text_of("/proc/self/cgroup"));
}

}  // namespace paddock::config
