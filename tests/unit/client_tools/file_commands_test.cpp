#include "client/tools/file_commands.h"

#include <catch2/catch.hpp>

namespace paddock::client::tools {

TEST_CASE("the shell lists and finds the commands on files once they are added, and asks no server for them") {
  shell::add_commands(file_commands());
  for (const char* name : {"log", "snapshot", "export"}) {
    INFO(name);
    const shell::Command* command = shell::find_command(name);
    REQUIRE(command != nullptr);
    CHECK_FALSE(command->needs_session);
    CHECK(command->paths == 0);
    CHECK(shell::help_text().find(command->summary) != std::string::npos);
    CHECK_FALSE(command->examples.empty());
  }
  CHECK(shell::usage_text(*shell::find_command("log")) ==
        "log [--from ZXID] [--to ZXID] [--data] dump|verify FILE|DIRECTORY");
}

}  // namespace paddock::client::tools
