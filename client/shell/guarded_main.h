// `paddock lock`, `elect` and `semaphore`: run a command while holding something, and end it when that is
// lost.
#pragma once

#include <string>
#include <vector>

#include "client/shell/connection.h"

namespace paddock::client::shell {

// True for the words that guarded_main() takes.
bool is_guarded_command(const std::string& word);

// `servers`: a connect string. Of `connection` the session's timeout, the transport and the login count. `words`: from
// the command's name on. Returns the exit code.
int guarded_main(const std::string& servers, const ConnectionOptions& connection,
                 std::vector<std::string> words);

}  // namespace paddock::client::shell
