// FORMAT: the mark of a directory that is ours, with the version of what lies beside it. Written last when a
// directory is set up, so a directory without it was never used.
#pragma once

#include <string>

#include "protocol/base/result.h"
#include "server/store/env.h"

namespace paddock::store {

// False if there is none; a fault that names the file and both versions if it is another one than ours.
Result<bool> has_format(Env& env, const std::string& directory);
// Durable when it returns.
Status write_format(Env& env, const std::string& directory);

}  // namespace paddock::store
