// How much of the machine's processors a control group leaves to this process: a container's limit, a
// service's.
//
// Source: the kernel's cgroup-v2 "cpu.max" and cgroup-v1 "cpu.cfs_quota_us", "cpu.cfs_period_us".
#pragma once

#include <optional>
#include <string>

namespace paddock::config {

// In processors, say 0.5; the least of the group's own and of those around it. Without a value nothing is
// limited, or nothing is known of it. `root`: where control groups are mounted. `membership`: the text of
// /proc/self/cgroup.
std::optional<double> processor_quota(const std::string& root, const std::string& membership);
// Of this process.
std::optional<double> processor_quota();

}  // namespace paddock::config
