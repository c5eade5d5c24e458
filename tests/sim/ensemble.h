// The ensemble of a run: who its members are and what a quorum of them is.
#pragma once

#include "protocol/base/random.h"
#include "server/zab/membership.h"
#include "tests/sim/knobs.h"

namespace paddock::sim {

// Empty for a single server that stays alone. Voters come first, then observers; ids from 1. Spares are no
// members.
zab::Membership membership_of(const Knobs& knobs);
// What the operator has written down for `server`: the ensemble; for a spare, itself and some of the voters.
zab::Membership membership_given_to(ServerId server, const Knobs& knobs, Random& random);
// A voter of weight 1.
zab::Member member_of(ServerId server);

}  // namespace paddock::sim
