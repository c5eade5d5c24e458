// Reads that take long. They are served in one go with the write that they wait for, where nobody can put
// anything between them: so a connection has one such read waiting at a time, and is not read meanwhile.
#pragma once

#include <string_view>

#include "protocol/client/opcode.h"
#include "znode/state.h"

namespace paddock::replica {

// Milliseconds, as far as that can be told before. Requires: kind_of(type) == OpKind::read.
bool takes_long(const znode::State& state, client::OpCode type, std::string_view body);

}  // namespace paddock::replica
