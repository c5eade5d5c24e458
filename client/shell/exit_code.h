// The exit codes of `paddock`, promised in --help and docs/shell.md.
#pragma once

namespace paddock::client::shell {

enum class ExitCode : int {
  ok = 0,
  failed = 1,       // the command was refused, or its arguments are wrong
  unreachable = 2,  // no server, or the connection was lost
  unknown_command = 127,
};

}  // namespace paddock::client::shell
