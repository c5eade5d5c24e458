// ReplyChecker: every reply carries a zxid, so it says which state it speaks of.
//   C1  a write's reply is what replaying the committed log to its zxid gives, and its zxid is above that of
//   every
//       write that was answered before it was asked
//   C3  a read's reply is the state at its zxid exactly
//   C10 what a sync's reply has seen includes every write answered before the sync was asked for
#pragma once

#include "tests/sim/chronicle.h"
#include "tests/sim/client_history.h"

namespace paddock::sim {

void check_reply(const Chronicle& chronicle, SessionId session, const Operation& asked, const Answer& heard);

}  // namespace paddock::sim
