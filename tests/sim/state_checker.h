// StateChecker: C12. A state that came by log, by checkpoint and log, or by snapshot is, key by key, that of
// the committed log: every field of every stat, data, ACLs, sessions.
#pragma once

#include <string_view>

#include "server/store/contract.h"
#include "znode/state.h"

namespace paddock::sim {

// But for the nodes below /zookeeper: the configuration's is each server's own.
void check_same_state(std::string_view whose, const znode::State& found, const znode::State& expected);

// What a start makes of its checkpoint and of the log that it knows to be committed.
void replay(znode::State& state, const store::Recovered& recovered);

}  // namespace paddock::sim
