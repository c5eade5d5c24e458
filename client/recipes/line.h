// Line: waiting one's turn among the sequential nodes of a directory. What lock, read-write lock, latch,
// election and the guards of semaphores have in common.
//
// Failure: a lost reply, a vanished directory, an expired session and a deleted node of our own are all
// survived by standing in line again. What ends the wait is a limit (operation_timeout), the end of the
// client (session_expired, auth_failed) and refusals of the server (no_auth, ...).
//
// Invariants
// 1. At most one place is ours at a time, and none once the wait has failed: it is taken back, also when
//    nobody waits for that any more.
// 2. A turn counts only with a node of the present session.
// 3. Where the numbers of the directory have ended (naming.h), the server says of each such place when it was
//    made: one more reading for each of them, whenever somebody looks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/recipes/hold.h"
#include "client/recipes/naming.h"

namespace paddock::recipes {

struct LineOptions {
  std::string directory;
  Naming naming = Naming::kazoo;
  Claim claim = Claim::lock;
  std::string data;
  LossPolicy lost_when = LossPolicy::suspended;
  Holding::OnData on_data;  // of the node, while it is held
  bool patient = true;      // false: operation_timeout at once where one would have to wait
  size_t seats = 1;         // so many may have their turn at a time; locks have one
};

// The places of the directory, first come first.
Async<Outcome<std::vector<Position>>> read_line(ClientPtr zk, std::string directory, Limits limits);

// Which node has to go before `mine` may have its turn: the nearest one. Pure.
std::optional<std::string> in_the_way(const std::vector<Position>& line, size_t mine, size_t seats);

// Stands in line and waits for the turn.
Async<Outcome<Hold>> stand_in_line(ClientPtr zk, LineOptions options, Limits limits);

// What the nodes of the line hold, first come first.
Async<Outcome<std::vector<std::string>>> data_of_line(ClientPtr zk, std::string directory, Limits limits);

}  // namespace paddock::recipes
