#include "client/tools/file_commands.h"

namespace paddock::client::tools {

shell::Family file_commands() {
  return {"Files of a server", {log_command(), snapshot_command(), export_command()}};
}

}  // namespace paddock::client::tools
