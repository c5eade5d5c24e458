// Short runs of a few servers with a fault every few events, then health: whatever happened, the ensemble
// agrees (Ensemble checks that after every event), and once healed it serves and converges.
//
// PADDOCK_SEEDS=first-last runs other seeds.
#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>

#include "ensemble.h"

namespace paddock::zab::test {
namespace {

struct Seeds {
  uint64_t first = 1;
  uint64_t last = 300;
};

Seeds wanted_seeds() {
  Seeds seeds;
  if (const char* given = std::getenv("PADDOCK_SEEDS")) {
    char* rest = nullptr;
    seeds.first = std::strtoull(given, &rest, 10);
    seeds.last = *rest == '-' ? std::strtoull(rest + 1, nullptr, 10) : seeds.first;
  }
  return seeds;
}

class Chaos {
 public:
  enum class Observers { follow_the_leader, follow_followers };

  explicit Chaos(uint64_t seed, Observers observers = Observers::follow_the_leader)
      : random_(seed),
        voters_(random_.one_in(4) ? 5 : 3),
        ensemble_(voters_, observers == Observers::follow_the_leader ? some_observers() : 2) {
    if (observers == Observers::follow_followers) {
      ensemble_.options.observer_master_port = 2191;
      ensemble_.options.observer_election_delay_ms = 30;
      ensemble_.options.observer_reconnect_delay_ms = 10;
    }
    ensemble_.options.history_count = random_.below(6);
    if (random_.one_in(4)) ensemble_.options.last_counter = 4;
    if (random_.one_in(8)) ensemble_.options.learner_queue_bytes = 300;
    faults_every_ = 4 + random_.below(60);
    draw_weights();
  }

  void run() {
    ensemble_.start_all();
    const uint64_t steps = 100 + random_.below(500);
    for (uint64_t i = 0; i < steps; ++i) {
      if (random_.one_in(faults_every_)) fault();
      if (random_.one_in(6)) write();
      move();
    }
    heal();
  }

 private:
  enum Fault { crash, start, cut, connect, reset, pause, stall, checkpoint, isolate, kFaults };

  int some_observers() { return random_.one_in(3) ? 1 : 0; }
  int64_t anyone() { return 1 + static_cast<int64_t>(random_.below(ensemble_.servers().size())); }
  int64_t another(int64_t than) {
    const int64_t other = anyone();
    return other == than ? than % static_cast<int64_t>(ensemble_.servers().size()) + 1 : other;
  }

  void move() {
    if (!ensemble_.step(random_)) ensemble_.pass_to_next(20);
    if (random_.one_in(40)) ensemble_.pass(1 + static_cast<int64_t>(random_.below(150)));
  }

  void write() {
    const int64_t id = anyone();
    if (!ensemble_.up(id) || ensemble_.server(id).paused || !ensemble_.engine(id).may_propose()) return;
    ensemble_.propose(id);
    if (random_.one_in(2)) ensemble_.request_sync(id);
  }

  // Each run has its own mixture.
  void draw_weights() {
    for (uint64_t& weight : weights_) weight = random_.below(4);
    weights_[start] += 2;
    weights_[connect] += 1;
  }
  Fault draw() {
    uint64_t all = 0;
    for (const uint64_t weight : weights_) all += weight;
    uint64_t drawn = random_.below(all);
    size_t fault = 0;
    for (; drawn >= weights_[fault]; ++fault) drawn -= weights_[fault];
    return static_cast<Fault>(fault);
  }

  void fault() {
    const int64_t id = anyone();
    const int64_t other = another(id);
    switch (draw()) {
      case crash:
        if (ensemble_.up(id)) ensemble_.crash(id, random_.below(ensemble_.server(id).store.pending() + 1));
        break;
      case start:
        for (int64_t down = 1; down <= static_cast<int64_t>(ensemble_.servers().size()); ++down) {
          if (!ensemble_.up(down) && random_.one_in(2)) ensemble_.start(down);
        }
        break;
      case cut:
        ensemble_.cut(id, other);
        break;
      case connect:
        ensemble_.resume(id);
        ensemble_.heal(id, other);
        break;
      case reset:
        ensemble_.reset_links(id, other);
        break;
      case pause:
        ensemble_.pause(id);
        break;
      case stall:
        ensemble_.stall(id, other);
        break;
      case checkpoint:
        if (ensemble_.up(id)) ensemble_.checkpoint(id, random_.one_in(2));
        break;
      case isolate:
        isolate_leader();
        break;
      case kFaults:
        break;
    }
  }

  // It goes on for a while, and writes what nobody else will know.
  void isolate_leader() {
    const int64_t leader = ensemble_.leader();
    if (leader == 0) return;
    for (auto& [id, server] : ensemble_.servers()) {
      if (id == leader) continue;
      if (random_.one_in(2)) {
        ensemble_.cut(id, leader);
      } else {
        ensemble_.stall(id, leader);
      }
    }
    for (uint64_t count = random_.below(4); count > 0 && ensemble_.engine(leader).may_propose(); --count) {
      ensemble_.propose(leader);
    }
  }

  void heal() {
    ensemble_.heal_all();
    for (auto& [id, server] : ensemble_.servers()) {
      if (!server.engine) ensemble_.start(id);
    }
    settle("healed");
    for (int i = 0; i < 3; ++i) {
      const int64_t leader = ensemble_.leader();
      if (ensemble_.engine(leader).may_propose()) ensemble_.propose(leader);
      settle("written");
    }
  }

  void settle(const char* what) {
    const int64_t end = ensemble_.now().monotonic.ms() + 30000;
    while (ensemble_.now().monotonic.ms() < end) {
      if (!ensemble_.step(random_)) ensemble_.pass_to_next(20);
      if (ensemble_.leader() != 0 && ensemble_.all_converged()) return;
    }
    for (auto& [id, server] : ensemble_.servers()) {
      UNSCOPED_INFO("server " << id << ":" << server.told << " | tree " << server.tree.size() << " of "
                              << ensemble_.committed().size() << ", role "
                              << static_cast<int>(server.engine->role()) << ", leader "
                              << server.engine->leader().value << ", phase "
                              << static_cast<int>(server.engine->phase()));
    }
    FAIL("not converged when " << what);
  }

  Random random_;
  int voters_;
  Ensemble ensemble_;
  uint64_t faults_every_ = 10;
  std::array<uint64_t, kFaults> weights_{};
};

}  // namespace

TEST_CASE("through crashes, cuts, pauses and lost writes an ensemble agrees, and recovers") {
  const Seeds seeds = wanted_seeds();
  for (uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
    INFO("PADDOCK_SEEDS=" << seed);
    Chaos(seed).run();
  }
}

TEST_CASE("so it does with observers that follow followers") {
  const Seeds seeds = wanted_seeds();
  for (uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
    INFO("PADDOCK_SEEDS=" << seed);
    Chaos(seed, Chaos::Observers::follow_followers).run();
  }
}

}  // namespace paddock::zab::test
