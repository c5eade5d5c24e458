// The command line of `paddock`, apart from the tools that come with it.
#pragma once

#include <string>
#include <vector>

namespace paddock::client::shell {

// Returns the exit code. `arguments` without the program's name.
int shell_main(std::vector<std::string> arguments);

}  // namespace paddock::client::shell
