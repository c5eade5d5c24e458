// Small files written whole: after a crash there is the old one, the new one, or none, never a part of one.
#pragma once

#include <string>
#include <string_view>

#include "protocol/base/result.h"
#include "server/store/env.h"

namespace paddock::store {

// Writes `directory`/`name` through a temporary file; durable when it returns.
Status write_whole_file(Env& env, const std::string& directory, const std::string& name,
                        std::string_view content);
Result<std::string> read_whole_file(Env& env, const std::string& path);

}  // namespace paddock::store
