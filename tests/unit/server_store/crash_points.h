// What a power cut may leave, tried one after the other: nothing lost, everything unsynced lost, each
// unsynced operation alone lost or alone kept, random subsets of sectors, torn sectors.
#pragma once

#include "tests/disks/faulty_env.h"

namespace paddock::store {

// Returns the number of states that were visited.
template <class Check>
size_t for_each_crash(const FaultyEnv& env, Check check) {
  size_t states = 0;
  const auto visit = [&](const Fate& fate) {
    const auto crashed = env.after_crash(fate);
    check(*crashed);
    ++states;
  };
  visit(Fate::keep_all());
  const std::vector<uint64_t> unsynced = env.unsynced();
  if (unsynced.empty()) return states;  // then all of them are the same
  visit(Fate::lose_all());
  for (const uint64_t operation : unsynced) {
    visit(Fate::lose_one(operation));
    visit(Fate::keep_one(operation));
  }
  for (uint64_t seed = 0; seed < 16; ++seed) visit(Fate::random_subset(seed));
  for (uint64_t seed = 0; seed < 8; ++seed) visit(Fate::torn(seed));
  return states;
}

}  // namespace paddock::store
