// Vexation: the faults of programs, while Nemesis (tests/sim) sees to those of servers. A program that is
// killed is followed by another one.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "tests/recipe_sim/program.h"
#include "tests/recipe_sim/stage.h"

namespace paddock::recipe_sim {

class Vexation {
 public:
  using Programs = std::vector<std::unique_ptr<Program>>;
  // `add`: puts another program on the stage.
  Vexation(Stage& stage, Programs& programs, std::function<void()> add, Random random)
      : stage_(stage), programs_(programs), add_(std::move(add)), random_(random) {}

  void start() { arm(); }
  // No more faults; who was to come comes now.
  void stop();
  size_t faults() const { return faults_; }
  size_t kills() const { return kills_; }

 private:
  void arm();
  void strike();
  void kill(Program& program);
  void come_back();
  void cut_off(Program& program);
  int64_t lasting_ns();

  Stage& stage_;
  Programs& programs_;
  const std::function<void()> add_;
  Random random_;
  bool stopped_ = false;
  size_t faults_ = 0;
  size_t kills_ = 0;
  size_t away_ = 0;  // killed, and nobody has come in their place yet
};

}  // namespace paddock::recipe_sim
