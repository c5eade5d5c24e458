// A small file that is replaced as a whole: after a crash it is the old one or the new one.
#pragma once

#include <string>
#include <string_view>

#include "protocol/base/result.h"

namespace paddock::config {

// A fault names the file. Blocks until it is durable.
Status write_atomically(const std::string& path, std::string_view text);
// A fault names the file.
Result<std::string> read_file(const std::string& path);

}  // namespace paddock::config
