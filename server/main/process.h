// The process and the machine it runs on: limits, memory, and what envi and mntr tell of them.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace paddock {

// As many file descriptors as the system allows, memory pools that suit few threads, no death by SIGPIPE.
void prepare_process();
// Gives memory that recovery has used up and freed back to the system.
void trim_memory();

int64_t open_file_descriptors();
int64_t max_file_descriptors();
int64_t resident_bytes();

// Who runs this process: a name, or else a number.
std::string user_name();
bool user_is_root();

// The lines of envi behind zookeeper.version, in ZooKeeper's order.
std::vector<std::pair<std::string, std::string>> environment();

}  // namespace paddock
