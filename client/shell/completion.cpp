#include "client/shell/completion.h"

#include <algorithm>

#include "client/shell/command.h"
#include "client/shell/subtree.h"
#include "client/shell/working_path.h"

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

// As they were begun: relative, if they were.
std::vector<std::string> paths_with(std::string_view prefix, const CompletionSource& source) {
  const std::string here = source.here();
  if (prefix.empty() && here == "/") return {"/"};
  const size_t slash = prefix.rfind('/');
  const std::string_view directory = slash == prefix.npos ? std::string_view() : prefix.substr(0, slash + 1);
  const std::string parent = directory == "/" ? "/" : resolve_path(here, directory.substr(0, slash));
  std::vector<std::string> paths;
  for (const std::string& name : source.children_of(parent)) {
    std::string path = std::string(directory) + name;
    if (path.starts_with(prefix)) paths.push_back(std::move(path));
  }
  return paths;
}

// Whether the next word of the command is one of its paths.
bool path_comes_next(const Command& command, const std::vector<Word>& before) {
  const auto arguments = Arguments::parse(command.flags, {before.begin() + 1, before.end()});
  return command.verbatim ? command.paths > 0 : arguments && arguments->count() < command.paths;
}

}  // namespace

Completion complete(std::string_view before, std::string_view word, const CompletionSource& source) {
  const auto words = split_words(before);
  Completion found;
  if (!words || words->empty() || words->front().text == "help") {
    found.words = commands_with(word);
  } else if (const Command* command = find_command(words->front().text)) {
    if (word.starts_with('-')) found.words = flags_with(*command, word);
    if (found.words.empty() && path_comes_next(*command, *words)) {
      found.words = paths_with(word, source);
      found.paths = true;
    }
  }
  std::sort(found.words.begin(), found.words.end());
  return found;
}

}  // namespace paddock::client::shell
