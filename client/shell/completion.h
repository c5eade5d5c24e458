// Completion: what the word before the cursor may become. Pure; the children of a node come from a function.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace paddock::client::shell {

using ChildrenOf = std::function<std::vector<std::string>(const std::string& path)>;

// `before`: the line up to the word. Whole words, sorted: commands at the start of the line and behind
// "help", the command's flags behind '-', znode paths elsewhere.
std::vector<std::string> complete(std::string_view before, std::string_view word,
                                  const ChildrenOf& children_of);

}  // namespace paddock::client::shell
