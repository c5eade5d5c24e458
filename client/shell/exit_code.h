// The exit codes of `paddock`, by class; promised in --help and docs/shell.md.
#pragma once

#include "protocol/base/error_code.h"

namespace paddock::client::shell {

enum class ExitCode : int {
  ok = 0,
  refused = 1,        // the server refused, or the answer is no: nothing found, different, unwell
  usage = 2,          // the arguments are wrong
  unreachable = 3,    // no server, or the connection was lost
  not_permitted = 4,  // missing permission, failed authentication
  conflict = 5,       // another version than expected; a transaction was refused
  interrupted = 130,  // Ctrl-C
  unknown_command = 127,
};

// Requires: err is not ok.
ExitCode exit_code_of(ErrorCode err);

}  // namespace paddock::client::shell
