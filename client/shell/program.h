// Other programs, run with our descriptors and our environment and what is added to it.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "protocol/base/result.h"

namespace paddock::client::shell {

using Environment = std::vector<std::pair<std::string, std::string>>;

// Starts it. The fault names the command.
Result<pid_t> spawn(const std::vector<std::string>& command, const Environment& more);
// Starts it and waits for its end. The value: its exit code.
Result<int> run_program(const std::vector<std::string>& command, const Environment& more);
// As a shell tells the end of a child: 128 and the signal for one that was killed.
int exit_code_of_status(int status);

}  // namespace paddock::client::shell
