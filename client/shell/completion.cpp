#include "client/shell/completion.h"

#include <algorithm>

#include "client/shell/command.h"
#include "client/shell/subtree.h"

namespace paddock::client::shell {
namespace {

std::vector<std::string> commands_with(std::string_view prefix) {
  std::vector<std::string> names;
  for (const Family& family : command_table()) {
    for (const Command& command : family.commands) {
      if (command.name.starts_with(prefix)) names.emplace_back(command.name);
    }
  }
  return names;
}

std::vector<std::string> flags_with(const Command& command, std::string_view prefix) {
  std::vector<std::string> names;
  for (const FlagSpec& flag : command.flags) {
    if (flag.name.starts_with(prefix)) names.emplace_back(flag.name);
  }
  return names;
}

std::vector<std::string> paths_with(std::string_view prefix, const ChildrenOf& children_of) {
  const size_t slash = prefix.rfind('/');
  if (slash == prefix.npos)
    return prefix.empty() ? std::vector<std::string>{"/"} : std::vector<std::string>();
  const std::string parent(slash == 0 ? "/" : prefix.substr(0, slash));
  std::vector<std::string> paths;
  for (const std::string& name : children_of(parent)) {
    std::string path = join_path(parent, name);
    if (path.starts_with(prefix)) paths.push_back(std::move(path));
  }
  return paths;
}

}  // namespace

std::vector<std::string> complete(std::string_view before, std::string_view word,
                                  const ChildrenOf& children_of) {
  const auto words = split_words(before);
  std::vector<std::string> found;
  if (!words || words->empty() || words->front().text == "help") {
    found = commands_with(word);
  } else if (const Command* command = find_command(words->front().text)) {
    found = word.starts_with('-') ? flags_with(*command, word) : std::vector<std::string>();
    if (found.empty() && command->takes_path) found = paths_with(word, children_of);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace paddock::client::shell
