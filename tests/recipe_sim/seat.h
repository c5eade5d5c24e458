// Seat: a program's part in one recipe: chance, patience and what it does with what it has got.
#pragma once

#include <string>

#include "client/recipes/hold.h"
#include "tests/recipe_sim/program.h"
#include "tests/recipe_sim/stage.h"

namespace paddock::recipe_sim {

using client::Async;
using client::Limits;
using client::Outcome;
using recipes::Hold;

class Seat {
 public:
  Seat(Program& program, Stage& stage, std::string recipe)
      : program_(program), stage_(stage), recipe_(std::move(recipe)) {}

  Program& program() { return program_; }
  Stage& stage() { return stage_; }
  Court& court() { return stage_.court; }
  Random& random() { return program_.random(); }
  const client::ClientPtr& zk() const { return program_.zk(); }
  bool over() const { return stage_.world.quiet; }
  // In [0, 2 ms].
  int64_t about(int64_t ms) {
    return static_cast<int64_t>(random().below(static_cast<uint64_t>(2 * ms + 1)));
  }
  // Of some waits as long as it takes, of others less.
  Limits patience();
  // Always an end.
  Limits short_patience();
  // Drawn, and asked for from now on.
  recipes::LossPolicy loss();
  recipes::Naming naming() const { return stage_.plan.naming; }
  void progressed() { court().progressed(program_, recipe_); }
  // A wait has ended without what was waited for.
  void went_without(ErrorCode err);
  void tell(const std::string& what);

  Async<void> rest();
  // Works, until it has enough or is told to stop.
  Async<void> work(Court::HoldId id, const Hold& hold);
  Async<void> give_back(Court::HoldId id, Hold hold);
  // Both, with something that was granted just now.
  Async<void> use(Line line, Hold hold, bool shared);

 private:
  Program& program_;
  Stage& stage_;
  const std::string recipe_;
  recipes::LossPolicy loss_ = recipes::LossPolicy::lost;
};

}  // namespace paddock::recipe_sim
