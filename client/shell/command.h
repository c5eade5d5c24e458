// Command: one entry of the table that drives dispatch, help and completion.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "client/shell/arguments.h"
#include "client/shell/exit_code.h"

namespace paddock::client::shell {

class Shell;

struct Command {
  std::string_view name;
  std::string_view parameters = {};  // "PATH [DATA] [ACL]"
  std::string_view summary;          // one line
  std::vector<FlagSpec> flags = {};
  std::vector<std::string_view> examples = {};
  size_t least = 0;  // words besides flags
  size_t most = 0;
  size_t paths = 1;  // so many of its first words are znode paths: relative ones are resolved, all completed
  bool needs_session = true;  // false: works without a server
  ExitCode (*run)(Shell&, const Arguments&) = nullptr;
  bool places = false;    // its paths may name other places as well (place.h): it resolves them itself
  bool verbatim = false;  // its words are not searched for flags: they belong to its parts
};

inline constexpr size_t kAnyNumber = SIZE_MAX;

struct Family {
  std::string_view title;
  std::vector<Command> commands;
};

// One function for each family, in the file of that family.
Family reading_commands();
Family navigation_commands();
Family searching_commands();
Family writing_commands();
Family copying_commands();
Family comparing_commands();
Family editing_commands();
Family acl_commands();
Family watching_commands();
Family transaction_commands();
Family quota_commands();
Family cluster_commands();
Family health_commands();
Family lookup_commands();
Family session_commands();

// A family from a room that this one does not know, behind all others. Requires: nobody has looked into the
// table yet.
void add_commands(Family family);
// All families, in the order of the help.
const std::vector<Family>& command_table();
// nullptr for an unknown name.
const Command* find_command(std::string_view name);

// "ls [-s] [-w] [-R] PATH"
std::string usage_text(const Command& command);
// What `help` prints without and with the name of a command.
std::string help_text();
std::string help_text(const Command& command);

}  // namespace paddock::client::shell
