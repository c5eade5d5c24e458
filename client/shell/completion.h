// Completion: what the word before the cursor may become. Pure; the children of a node come from a function.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace paddock::client::shell {

struct CompletionSource {
  std::function<std::vector<std::string>(const std::string& path)> children_of;
  std::function<std::string()> here;  // the node that relative paths begin at
};

struct Completion {
  std::vector<std::string> words;  // whole words, sorted
  bool paths = false;              // they are paths, and may go on
};

// `before`: the line up to the word. Commands at the start of the line and behind "help", the command's flags
// behind '-', znode paths where the command takes them.
Completion complete(std::string_view before, std::string_view word, const CompletionSource& source);

}  // namespace paddock::client::shell
