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

Shape draw_shape(Random& random) {
  const uint64_t kind = random.below(100);
  return kind < 85 ? Shape::dense : kind < 98 ? Shape::mixed : Shape::wide;
}

void draw_ensemble(Random& random, Knobs& knobs) {
  const bool dense = knobs.shape == Shape::dense;
  const uint64_t size = random.below(100);
  if (dense) {
    knobs.voters = size < 85 ? 3 : size < 89 ? 1 : size < 92 ? 2 : size < 95 ? 4 : 5;
  } else {
    knobs.voters = size < 60 ? 3 : size < 65 ? 1 : size < 85 ? 5 : size < 90 ? 6 : 7;
  }
  if (random.one_in(dense ? 12 : 5)) knobs.observers = static_cast<int>(between(random, 1, 2));
  knobs.tick_ms = dense ? one_of<int32_t>(random, {200, 500, 1000, 2000})
                        : one_of<int32_t>(random, {50, 100, 200, 200, 500, 1000, 2000});
  knobs.init_limit_ticks = static_cast<int32_t>(between(random, 5, 10));
  knobs.sync_limit_ticks = static_cast<int32_t>(between(random, 2, 5));
  knobs.history_count = one_of<size_t>(random, {0, 1, 3, 3, 10, 500});
  const uint64_t counters = random.below(12);
  if (counters == 0) knobs.last_counter = static_cast<uint32_t>(between(random, 2, dense ? 12 : 40));
  if (counters == 1) {
    const auto left = static_cast<uint32_t>(between(random, 0, dense ? 12 : 40));
    knobs.first_zxid = Zxid::of(1, 0xfffffffe - left);
  }
}

// Two or three groups; every voter's weight may be 0, which leaves it no say, but not everybody's.
void draw_weights(Random& random, Knobs& knobs) {
  knobs.weights.clear();
  if (knobs.voters < 3 || !random.one_in(10)) return;
  const int64_t groups = between(random, 1, 3);
  for (int voter = 0; voter < knobs.voters; ++voter) {
    knobs.weights.push_back({between(random, 1, groups), one_of<int64_t>(random, {0, 1, 1, 1, 2})});
  }
  const bool weightless = std::all_of(knobs.weights.begin(), knobs.weights.end(),
                                      [](const Knobs::Weight& weight) { return weight.weight == 0; });
  if (weightless) knobs.weights.front().weight = 1;
}

void draw_peers(Random& random, Knobs& knobs) {
  if (knobs.voters < 2 || !random.one_in(3)) return;
  for (int server = 1; server <= knobs.servers(); ++server) {
    if (random.one_in(2)) knobs.java_peers.insert(ServerId{server});
  }
  // A wiped server waits for syncLimit to believe a Java leader, who must not come to its last counter
  // before.
  if (!knobs.java_peers.empty()) knobs.last_counter = std::max(knobs.last_counter, uint32_t{0xfffffffe});
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
  knobs.real_log = random.one_in(2);
  knobs.segment_bytes = one_of<uint64_t>(random, {2048, 4096, 8192, 16384});
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
  const bool dense = knobs.shape == Shape::dense;
  knobs.clients = static_cast<int>(between(random, 1, dense ? 3 : 5));
  knobs.think_ms =
      dense ? between(random, knobs.tick_ms / 8, knobs.tick_ms)
            : between(random, knobs.tick_ms / 20 + 1, knobs.tick_ms / (random.one_in(3) ? 5 : 1) + 1);
  knobs.in_flight = static_cast<size_t>(between(random, 1, 12));
  knobs.session_timeout_ms = static_cast<int32_t>(between(random, 2, dense ? 6 : 20)) * knobs.tick_ms;
  knobs.paths = static_cast<int>(between(random, 1, dense ? 3 : 6));
  knobs.watches = !random.one_in(4);
  knobs.ephemerals = !random.one_in(4);
  knobs.multis = !random.one_in(4);
  knobs.acls = !knobs.watches;
}

void draw_faults(Random& random, Knobs& knobs) {
  // Each kind is away in some seeds, and reigns in others.
  for (int* weight : {&knobs.crash, &knobs.power_cut, &knobs.terminate, &knobs.pause, &knobs.reset,
                      &knobs.isolate, &knobs.cut, &knobs.stall, &knobs.slow_disk, &knobs.client_reset,
                      &knobs.client_death, &knobs.depose, &knobs.hurry}) {
    *weight = one_of(random, {0, 1, 1, 2, 6});
  }
  knobs.disk_error = knobs.real_log ? one_of(random, {0, 1, 1, 3}) : 0;
  knobs.wipe = one_of(random, {0, 0, 1, 3});
  // Not where calls fail: of damage that is found while it is put aside the model says nothing.
  knobs.rot = knobs.disk_error > 0 ? 0 : one_of(random, {0, 1, 1, 2});
  knobs.disk_full = knobs.real_log ? one_of(random, {0, 0, 1, 2}) : 0;
  if (knobs.rot > 0) knobs.disk_full = 0;
  knobs.blackout = one_of(random, {0, 0, 1, 3});
  const bool frequent = knobs.shape == Shape::dense || !random.one_in(3);
  const int64_t unit = knobs.tick_ms;
  knobs.fault_every_ms =
      frequent ? between(random, unit / 4 + 1, unit * 2) : between(random, unit * 8, unit * 60);
  knobs.fault_lasts_ms = between(random, unit / 2, unit * (frequent ? 6 : 20));
  knobs.burst = one_of<uint64_t>(random, {0, 2, 4});
  const int64_t ticks = knobs.shape == Shape::dense   ? between(random, 12, 40)
                        : knobs.shape == Shape::mixed ? between(random, 40, 150)
                                                      : between(random, 150, 400);
  knobs.safety_ms = unit * ticks;
  knobs.interrupt = one_of(random, {0, 0, 1, 2});
  if (knobs.wipe + knobs.rot > 0) knobs.forget = one_of(random, {0, 1, 2});
}

// How a Java server takes a reconfiguration up is for `ctest -L interop`. A disk may be lost when the other
// voters can do without it, and a reconfiguration on its way can change who they are: so none is.
void draw_reconfigurations(Random& random, Knobs& knobs) {
  if (!random.one_in(4)) return;
  knobs.java_peers.clear();
  knobs.reconfig_every = one_of<uint64_t>(random, {2, 4, 10});
  knobs.spares = static_cast<int>(between(random, knobs.voters == 1 ? 1 : 0, 2));
  knobs.config_loss = one_of<uint64_t>(random, {0, 0, 1, 3});
  knobs.wipe = knobs.rot = knobs.forget = 0;
  knobs.acls = knobs.acls && random.one_in(2);
}

// Two such servers at least: one that stands alone has none.
void draw_local_sessions(Random& random, Knobs& knobs) {
  knobs.local_sessions = knobs.servers() > 1 && random.one_in(5);
}

// In less than the first each epoch ends with the sessions that it began, and nothing else is ever done. The
// second: a new epoch gives up those that join. A lost disk needs a whole snapshot, and a leader that is a
// quorum by itself waits for nobody. To join takes some messages and disk writes, and in each such time all
// that is in flight may be committed.
void keep_epochs_useful(Knobs& knobs) {
  const auto clients = static_cast<uint32_t>(knobs.clients);
  const auto in_flight = static_cast<uint32_t>(knobs.in_flight);
  knobs.last_counter = std::max(knobs.last_counter, 2 * clients + 2);
  const bool may_be_alone = knobs.voters == 1 || !knobs.weights.empty() || knobs.reconfigures();
  if (knobs.wipe + knobs.rot > 0 || may_be_alone)
    knobs.last_counter = std::max(knobs.last_counter, 8 * clients * in_flight);
}

}  // namespace

int64_t Delay::draw_ns(Random& random) const {
  const int64_t most = random.one_in(rare) ? worst_us : typical_us * 2;
  return 1000 * static_cast<int64_t>(random.below(static_cast<uint64_t>(most) + 1)) +
         static_cast<int64_t>(random.below(1000));
}

Knobs draw_knobs(Random random, int forced_voters) {
  Knobs knobs;
  knobs.shape = draw_shape(random);
  draw_ensemble(random, knobs);
  if (forced_voters > 0) knobs.voters = forced_voters;
  if (knobs.voters == 1) knobs.observers = 0;
  draw_weights(random, knobs);
  draw_peers(random, knobs);
  draw_machines(random, knobs);
  keep_in_time(knobs);
  draw_clients(random, knobs);
  draw_faults(random, knobs);
  draw_reconfigurations(random, knobs);
  keep_epochs_useful(knobs);
  draw_local_sessions(random, knobs);
  if (random.one_in(8)) knobs.max_requests = between(random, 1, 5);
  if (knobs.observers > 0 && random.one_in(3)) knobs.most_syncs = 1;
  return knobs;
}

Coverage Knobs::coverage() const {
  Coverage kinds{fmt::format("{} voters", voters)};
  if (observers > 0) kinds.insert("observers");
  if (!weights.empty()) kinds.insert("a hierarchical quorum");
  if (first_zxid != Zxid{}) kinds.insert("counters near 2^32");
  if (drift_permille > 0) kinds.insert("clocks drift");
  if (!java_peers.empty()) kinds.insert("Java peers");
  if (acls) kinds.insert("ACLs");
  if (real_log) kinds.insert("a real log");
  if (max_requests > 0) kinds.insert("requests that wait for others");
  if (local_sessions) kinds.insert("local sessions");
  if (most_syncs == 1) kinds.insert("one sync at a time");
  if (reconfigures()) kinds.insert("reconfigurations");
  return kinds;
}

std::string Knobs::describe() const {
  static constexpr const char* kShapes[] = {"dense", "mixed", "wide"};
  return fmt::format(
      "{}, {}+{} servers{}, {} as Java, tick {} ms, init {} sync {}, history {}, first {:#x}, last counter "
      "{}, wire "
      "{}..{} us, disk "
      "{}..{} "
      "us, "
      "checkpoint {} ms keeping {}, {} clients x {}, think {} ms, timeout {} ms, faults every {} ms for {} "
      "ms: "
      "crash {} power {} terminate {} blackout {} pause {} reset {} isolate {} cut {} stall {} disk {} "
      "client {} {} depose {} hurry {} interrupt {} forget {} disk error {} full {} wipe {} rot {}{}{}{}{}{}",
      kShapes[static_cast<int>(shape)], voters, observers, weights.empty() ? "" : " with weights",
      java_peers.size(), tick_ms, init_limit_ticks, sync_limit_ticks, history_count, first_zxid.value,
      last_counter, wire.typical_us, wire.worst_us, sync.typical_us, sync.worst_us, checkpoint_ms, kept_log,
      clients, in_flight, think_ms, session_timeout_ms, fault_every_ms, fault_lasts_ms, crash, power_cut,
      terminate, blackout, pause, reset, isolate, cut, stall, slow_disk, client_reset, client_death, depose,
      hurry, interrupt, forget, disk_error, disk_full, wipe, rot,
      real_log ? fmt::format(", a real log in segments of {}", segment_bytes) : "",
      reconfigures() ? fmt::format(", one in {} requests a reconfiguration, {} spares, one in {} files lost",
                                   reconfig_every, spares, config_loss)
                     : "",
      local_sessions ? ", local sessions" : "",
      max_requests > 0 ? fmt::format(", {} requests at a time", max_requests) : "",
      most_syncs == 1 ? ", one sync at a time" : "");
}

}  // namespace paddock::sim
