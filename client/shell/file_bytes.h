// Files as a person names them on the command line, read whole.
#pragma once

#include <string>

#include "protocol/base/result.h"

namespace paddock::client::shell {

// A fault names the file and the reason.
Result<std::string> read_file(const std::string& file);
// As read_file(); "-" is the standard input, up to its end.
Result<std::string> read_file_or_input(const std::string& file);

}  // namespace paddock::client::shell
