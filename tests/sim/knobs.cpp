#include "tests/sim/knobs.h"

#include <fmt/core.h>

#include <algorithm>
#include <initializer_list>

namespace paddock::sim {
namespace {

template <class T>
T one_of(Random& random, std::initializer_list<T> choices) {
  return *(choices.begin() + random.below(choices.size()));
}

int64_t between(Random& random, int64_t low, int64_t high) {
  return low + static_cast<int64_t>(random.below(static_cast<uint64_t>(high - low + 1)));
}

void draw_ensemble(Random& random, Knobs& knobs) {
  const uint64_t size = random.below(100);
  knobs.voters = size < 65 ? 3 : size < 75 ? 1 : size < 93 ? 5 : 7;
  knobs.observers = random.one_in(5) ? static_cast<int>(between(random, 1, 2)) : 0;
  knobs.tick_ms = one_of<int32_t>(random, {50, 100, 200, 200, 500, 1000, 2000});
  knobs.init_limit_ticks = static_cast<int32_t>(between(random, 5, 10));
  knobs.sync_limit_ticks = static_cast<int32_t>(between(random, 2, 5));
  knobs.history_count = one_of<size_t>(random, {0, 1, 3, 3, 10, 500});
  if (random.one_in(8)) knobs.last_counter = static_cast<uint32_t>(between(random, 2, 40));
}

void draw_machines(Random& random, Knobs& knobs) {
  knobs.wire = one_of<Delay>(random, {{100, 2'000, 50}, {1'000, 20'000, 30}, {10'000, 300'000, 20}});
  knobs.low_water_bytes = one_of<size_t>(random, {0, 0, 200, 65536});
  knobs.reconnect_ms = between(random, 5, 300);
  knobs.sync = one_of<Delay>(random, {{100, 5'000, 50}, {2'000, 50'000, 30}, {10'000, 1'000'000, 40}});
  knobs.checkpoint_ms = between(random, 20, 5000);
  knobs.delta_bytes = one_of<size_t>(random, {0, 500, 5000, 256 << 10});
  knobs.kept_log = one_of<size_t>(random, {0, 0, 2, 10, 1000});
  knobs.snapshot_piece_bytes = static_cast<size_t>(between(random, 100, 3000));
  knobs.drift_permille = random.one_in(3) ? between(random, 1, 100) : 0;
  knobs.clock_jumps = random.one_in(3);
  knobs.batch_us = one_of<int64_t>(random, {0, 0, 100, 2000});
}

// Discovery and synchronisation are some trips and some disk writes one behind the other: machines that take
// longer for them than initLimit never get a leader, and prove nothing when they do not.
void keep_in_time(Knobs& knobs) {
  const int64_t init_limit_us = int64_t{1000} * knobs.tick_ms * knobs.init_limit_ticks;
  const int64_t sync_limit_us = int64_t{1000} * knobs.tick_ms * knobs.sync_limit_ticks;
  knobs.wire.worst_us = std::min(knobs.wire.worst_us, std::min(init_limit_us / 10, sync_limit_us / 4));
  knobs.wire.typical_us = std::min(knobs.wire.typical_us, knobs.wire.worst_us / 2);
  knobs.sync.worst_us = std::min(knobs.sync.worst_us, init_limit_us / 5);
  knobs.sync.typical_us = std::min(knobs.sync.typical_us, knobs.sync.worst_us / 2);
}

void draw_clients(Random& random, Knobs& knobs) {
  knobs.clients = static_cast<int>(between(random, 1, 5));
  knobs.think_ms = between(random, knobs.tick_ms / 20 + 1, knobs.tick_ms / (random.one_in(3) ? 5 : 1) + 1);
  knobs.in_flight = static_cast<size_t>(between(random, 1, 12));
  knobs.session_timeout_ms = static_cast<int32_t>(between(random, 2, 20)) * knobs.tick_ms;
  knobs.paths = static_cast<int>(between(random, 1, 6));
  knobs.watches = !random.one_in(4);
  knobs.ephemerals = !random.one_in(4);
  knobs.multis = !random.one_in(4);
}

void draw_faults(Random& random, Knobs& knobs) {
  // Each kind is away in some seeds, and reigns in others.
  for (int* weight :
       {&knobs.crash, &knobs.power_cut, &knobs.terminate, &knobs.pause, &knobs.reset, &knobs.isolate,
        &knobs.cut, &knobs.stall, &knobs.slow_disk, &knobs.client_reset, &knobs.client_death}) {
    *weight = one_of(random, {0, 1, 1, 2, 6});
  }
  knobs.blackout = one_of(random, {0, 0, 1, 3});
  // Dense small runs are most: faults come about as often as elections take.
  const bool dense = !random.one_in(3);
  const int64_t unit = knobs.tick_ms;
  knobs.fault_every_ms =
      dense ? between(random, unit / 4 + 1, unit * 4) : between(random, unit * 8, unit * 60);
  knobs.fault_lasts_ms = between(random, unit / 2, unit * (dense ? 8 : 20));
  knobs.safety_ms = unit * (dense ? between(random, 40, 150) : between(random, 150, 400));
}

}  // namespace

int64_t Delay::draw_ns(Random& random) const {
  const int64_t most = random.one_in(rare) ? worst_us : typical_us * 2;
  return 1000 * static_cast<int64_t>(random.below(static_cast<uint64_t>(most) + 1)) +
         static_cast<int64_t>(random.below(1000));
}

Knobs draw_knobs(Random random, int forced_voters) {
  Knobs knobs;
  draw_ensemble(random, knobs);
  if (forced_voters > 0) knobs.voters = forced_voters;
  if (knobs.voters == 1) knobs.observers = 0;
  draw_machines(random, knobs);
  keep_in_time(knobs);
  draw_clients(random, knobs);
  draw_faults(random, knobs);
  return knobs;
}

std::string Knobs::describe() const {
  return fmt::format(
      "{}+{} servers, tick {} ms, init {} sync {}, history {}, last counter {}, wire {}..{} us, disk {}..{} "
      "us, "
      "checkpoint {} ms keeping {}, {} clients x {}, think {} ms, timeout {} ms, faults every {} ms for {} "
      "ms: "
      "crash {} power {} terminate {} blackout {} pause {} reset {} isolate {} cut {} stall {} disk {} "
      "client {} {}",
      voters, observers, tick_ms, init_limit_ticks, sync_limit_ticks, history_count, last_counter,
      wire.typical_us, wire.worst_us, sync.typical_us, sync.worst_us, checkpoint_ms, kept_log, clients,
      in_flight, think_ms, session_timeout_ms, fault_every_ms, fault_lasts_ms, crash, power_cut, terminate,
      blackout, pause, reset, isolate, cut, stall, slow_disk, client_reset, client_death);
}

}  // namespace paddock::sim
