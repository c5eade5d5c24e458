// What programs do with each recipe: again and again until the world is quiet, with random waits and limits.
// The seats are shared by name: every program that uses a recipe uses the same nodes.
#pragma once

#include "tests/recipe_sim/seat.h"

namespace paddock::recipe_sim {

// Begins what a program does with the recipe of this name (plan.h).
void contend(Program& program, Stage& stage, const std::string& recipe);

// In hold_contenders.cpp
Async<void> use_lock(Seat seat);
Async<void> use_read_write_lock(Seat seat);
Async<void> use_semaphore(Seat seat);
Async<void> use_election(Seat seat);
Async<void> use_latch(Seat seat);
// In compound_contenders.cpp
Async<void> use_multi_lock(Seat seat);
Async<void> use_set_partitioner(Seat seat);
// In service_contenders.cpp
Async<void> use_services(Seat seat);
// In item_contenders.cpp
Async<void> use_queue(Seat seat);
Async<void> use_locking_queue(Seat seat);
Async<void> use_counter(Seat seat);
// In other_contenders.cpp
Async<void> use_double_barrier(Seat seat);
Async<void> use_persistent_node(Seat seat);
Async<void> use_lease(Seat seat);
Async<void> use_watches(Seat seat);
// Deletes places of the lines of `directories`, and makes nodes there that are none.
Async<void> vandalise(Seat seat);

// Where the nodes of a recipe are.
inline constexpr std::string_view kLockPath = "/recipes/lock", kSharedPath = "/recipes/shared",
                                  kSemaphorePath = "/recipes/semaphore", kElectionPath = "/recipes/election",
                                  kLatchPath = "/recipes/latch", kQueuePath = "/recipes/queue",
                                  kLockingQueuePath = "/recipes/work", kEntriesPath = "/recipes/work/entries",
                                  kTakenPath = "/recipes/work/taken", kCounterPath = "/recipes/count",
                                  kBarrierPath = "/recipes/barrier", kMemberPath = "/recipes/members",
                                  kLeasePath = "/recipes/lease", kPartitionPath = "/recipes/set",
                                  kFirstOfManyPath = "/recipes/many/a", kSecondOfManyPath = "/recipes/many/b",
                                  kThirdOfManyPath = "/recipes/many/c", kServicesPath = "/recipes/services",
                                  kOffersPath = "/recipes/services/web";

}  // namespace paddock::recipe_sim
