// Paths as they are typed: relative to the node one stands at, with "." and "..". Pure.
#pragma once

#include <string>
#include <string_view>

namespace paddock::client::shell {

// The path that `typed` means at `working`, which is a valid path. An absolute path without "." and ".." is
// taken as it is: if it is no valid path, it is for the server to say so.
std::string resolve_path(std::string_view working, std::string_view typed);

}  // namespace paddock::client::shell
