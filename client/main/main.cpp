// The program `paddock`: the shell, and the tools that come with it.
#include "client/shell/command.h"
#include "client/shell/shell_main.h"
#include "client/tools/file_commands.h"

int main(int argc, char** argv) {
  paddock::client::shell::add_commands(paddock::client::tools::file_commands());
  return paddock::client::shell::shell_main(std::vector<std::string>(argv + 1, argv + argc));
}
