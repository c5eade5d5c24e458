// Where a shell's lines come from: a script, the words of the calling shell, a person at a terminal.
#pragma once

#include <string>
#include <vector>

#include "client/shell/notices.h"
#include "client/shell/shell.h"

namespace paddock::client::shell {

struct ScriptOptions {
  bool stop_at_failure = false;
};

// Lines from standard input. The code of the last failure.
ExitCode run_input(Shell& shell, const ScriptOptions& options);
// The same of the lines of all `scripts`.
ExitCode run_scripts(Shell& shell, const std::vector<std::string>& scripts, const ScriptOptions& options);
// One command; what else it wants to read comes from standard input.
ExitCode run_command(Shell& shell, const std::vector<std::string>& words);
// Until the person leaves.
ExitCode run_prompt(Shell& shell, Notices& notices);

}  // namespace paddock::client::shell
