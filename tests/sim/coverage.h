// Coverage: what came about in a run, each kind once: a fault, a way to synchronise a learner. Over many runs
// it says how many had it, so that nothing is simulated in name only.
#pragma once

#include <set>
#include <string>

namespace paddock::sim {

using Coverage = std::set<std::string, std::less<>>;

}  // namespace paddock::sim
