// The program `paddock`: the shell, and the tools that come with it.
#include "client/shell/shell_main.h"

int main(int argc, char** argv) {
  return paddock::client::shell::shell_main(std::vector<std::string>(argv + 1, argv + argc));
}
