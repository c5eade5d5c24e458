// How many watches a request asks for, at most: what it watches already is counted again.
#pragma once

#include <cstddef>
#include <string_view>

#include "protocol/client/opcode.h"

namespace paddock::replica {

// 0 also for what cannot be read: whoever answers it says so.
size_t watches_asked(client::OpCode type, std::string_view body);

}  // namespace paddock::replica
