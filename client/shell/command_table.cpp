#include "client/shell/command.h"

namespace paddock::client::shell {
namespace {

std::vector<Family>& families() {
  static std::vector<Family> table = {reading_commands(),     navigation_commands(), searching_commands(),
                                      writing_commands(),     editing_commands(),    copying_commands(),
                                      comparing_commands(),   acl_commands(),        watching_commands(),
                                      transaction_commands(), quota_commands(),      cluster_commands(),
                                      health_commands(),      lookup_commands(),     session_commands()};
  return table;
}

}  // namespace

void add_commands(Family family) {
  families().push_back(std::move(family));
}

const std::vector<Family>& command_table() {
  return families();
}

const Command* find_command(std::string_view name) {
  for (const Family& family : command_table()) {
    for (const Command& command : family.commands) {
      if (command.name == name) return &command;
    }
  }
  return nullptr;
}

std::string usage_text(const Command& command) {
  std::string text(command.name);
  for (const FlagSpec& flag : command.flags) {
    text +=
        flag.value.empty() ? fmt::format(" [{}]", flag.name) : fmt::format(" [{} {}]", flag.name, flag.value);
  }
  if (!command.parameters.empty()) text += fmt::format(" {}", command.parameters);
  return text;
}

std::string help_text() {
  std::string text;
  for (const Family& family : command_table()) {
    text += fmt::format("{}\n", family.title);
    for (const Command& command : family.commands) {
      text += fmt::format("  {:<22}{}\n", command.name, command.summary);
    }
  }
  text +=
      "\nBesides: 'paddock bench', 'paddock lock NAME -- COMMAND', 'elect' and 'semaphore'; each has "
      "--help.\n"
      "'help COMMAND' shows flags and examples. Quote with ' or \": create /a \"two words\".\n"
      "Paths may be relative to the working node (cd, pwd). The tab key completes commands, flags and paths.";
  return text;
}

std::string help_text(const Command& command) {
  std::string text = fmt::format("{}\n  {}", usage_text(command), command.summary);
  for (const FlagSpec& flag : command.flags) {
    text += fmt::format("\n    {:<14}{}", fmt::format("{} {}", flag.name, flag.value), flag.help);
  }
  for (const std::string_view example : command.examples) text += fmt::format("\n  e.g. {}", example);
  return text;
}

}  // namespace paddock::client::shell
