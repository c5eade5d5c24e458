#include "tests/recipe_sim/vexation.h"

namespace paddock::recipe_sim {

int64_t Vexation::lasting_ns() {
  return 1 +
         static_cast<int64_t>(random_.below(static_cast<uint64_t>(2'000'000 * stage_.plan.fault_lasts_ms)));
}

void Vexation::arm() {
  const auto most = static_cast<uint64_t>(2'000'000 * stage_.plan.fault_every_ms);
  stage_.world.scheduler.after_ns(1 + static_cast<int64_t>(random_.below(most)), [this] {
    if (stopped_) return;
    strike();
    arm();
  });
}

void Vexation::strike() {
  Program& program = *programs_[random_.below(programs_.size())];
  if (!program.alive()) return;
  ++faults_;
  switch (random_.below(8)) {
    case 0:
      stage_.world.coverage.insert("kill program");
      return kill(program);
    case 1:
    case 2:
      stage_.world.coverage.insert("pause program");
      return program.pause(Instant{stage_.world.scheduler.now().ns + lasting_ns()});
    case 3:
    case 4:
      stage_.world.coverage.insert("cut program off");
      return cut_off(program);
    default:
      stage_.world.coverage.insert("break connection");
      return program.disconnect();
  }
}

void Vexation::kill(Program& program) {
  ++kills_;
  ++away_;
  stage_.court.ended(program);
  program.kill();
  stage_.world.scheduler.after_ns(lasting_ns(), [this] {
    if (!stopped_) come_back();
  });
}

void Vexation::come_back() {
  --away_;
  add_();
}

// From all servers or from some, in one direction or both: what is under way waits, and is not told of.
void Vexation::cut_off(Program& program) {
  auto& net = stage_.world.net;
  const bool outgoing = random_.one_in(2), incoming = !outgoing || random_.one_in(2);
  stage_.world.tell("p{} is cut off{}{}", program.number(), incoming ? "" : ", outgoing",
                    outgoing ? "" : ", incoming");
  for (int server = 1; server <= stage_.world.knobs.servers(); ++server) {
    if (random_.one_in(4)) continue;
    if (outgoing) net.cut(program.machine(), server);
    if (incoming) net.cut(server, program.machine());
  }
  stage_.world.scheduler.after_ns(lasting_ns(), [this, &net, machine = program.machine()] {
    for (int server = 1; server <= stage_.world.knobs.servers(); ++server) {
      net.heal(machine, server);
      net.heal(server, machine);
    }
  });
}

void Vexation::stop() {
  stopped_ = true;
  while (away_ > 0) come_back();
}

}  // namespace paddock::recipe_sim
