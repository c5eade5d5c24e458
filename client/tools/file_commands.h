// The commands of `paddock` that read and write a server's files instead of talking to one.
#pragma once

#include "client/shell/command.h"

namespace paddock::client::tools {

shell::Command log_command();
shell::Command snapshot_command();
shell::Command export_command();

// All of them.
shell::Family file_commands();

}  // namespace paddock::client::tools
