#include "tests/sim/run.h"

#include <algorithm>
#include <memory>
#include <set>
#include <vector>

#include "tests/sim/client.h"
#include "tests/sim/election_mesh.h"
#include "tests/sim/nemesis.h"
#include "tests/sim/rules.h"
#include "tests/sim/server.h"
#include "tests/sim/standing_run.h"
#include "tests/sim/state_checker.h"
#include "tests/sim/world.h"

namespace paddock::sim {
namespace {

constexpr int kMostAtOnce = 100'000;  // events

class Run {
 public:
  Run(const RunOptions& options, Random random)
      : trace_(options.trace),
        world_(draw_knobs(Random(random.next()), options.voters), trace_, Random(random.next())) {
    world_.mesh = std::make_unique<ElectionMesh>(world_);
    world_.rules = std::make_unique<Rules>(world_);
    for (int server = 1; server <= world_.knobs.servers(); ++server) {
      world_.servers.push_back(std::make_unique<Server>(world_, ServerId{server}, Random(random.next())));
    }
    for (int client = 1; client <= world_.knobs.clients; ++client) {
      clients_.push_back(std::make_unique<Client>(world_, client, Random(random.next())));
    }
    nemesis_ = std::make_unique<Nemesis>(world_, clients_, Random(random.next()));
  }

  void safety() {
    world_.tell("{}", world_.knobs.describe());
    for (const auto& server : world_.servers) server->start();
    for (const auto& client : clients_) client->start();
    nemesis_->start();
    while (step(Instant{}.plus_ms(world_.knobs.safety_ms))) {
    }
  }

  void liveness() {
    nemesis_->stop();
    const Instant healed = world_.scheduler.now();
    const size_t before = writes();
    until(bound(healed), "no write was answered or a server does not serve",
          [&] { return writes() > before && everybody_serves(); });
    world_.tell("all serve again");
    recovery_ms_ = world_.scheduler.now().ms() - healed.ms();
    world_.quiet = true;
    until(bound(world_.scheduler.now()),
          "the servers do not come to one state, or sessions of the dead live on",
          [&] { return one_state() && only_the_living(); });
  }

  // The states, and what a start would make of each disk.
  void compare() {
    const Chronicle& chronicle = world_.rules->chronicle();
    for (const auto& server : world_.servers) {
      if (!server->up()) continue;
      const std::string whose = fmt::format("s{}", server->id().value);
      check_same_state(whose, server->replica()->state(), chronicle.state());
      world_.rules->compare_config(*server);
      server->crash(world_.net.random().one_in(2));
      znode::State state{znode::Options{}};
      const auto recovered = server->disk().open(state, {});
      require(recovered.ok(), "C12", "{} does not start again", whose);
      replay(state, *recovered);
      if (world_.rules->is_fuzzy(state.last_applied())) continue;
      const znode::StateChecksum found = state.checksum(),
                                 should = chronicle.checksum_at(state.last_applied());
      require(found.tree_digest == should.tree_digest && found.acl_hash == should.acl_hash &&
                  found.session_hash == should.session_hash,
              "C12", "what {} has stored gives another state at {}", whose, text(state.last_applied()));
    }
  }

  void report(RunResult& result) const {
    result.knobs = world_.knobs.describe();
    result.hash = trace_.hash();
    result.virtual_ms = world_.scheduler.now().ms();
    result.events = world_.scheduler.events();
    result.servers = world_.servers.size();
    for (const auto& client : clients_) result.answers += client->answered();
    result.writes = writes();
    result.committed = world_.rules->chronicle().log().size();
    result.elections = world_.rules->elections();
    result.snapshots = world_.rules->snapshots();
    result.truncations = world_.rules->truncations();
    result.faults = nemesis_->faults();
    result.reconfigurations = world_.rules->configs().changes();
    result.recovery_ms = recovery_ms_;
    result.coverage = world_.coverage;
  }
  const Trace& trace() const { return trace_; }

 private:
  Instant bound(Instant from) const {
    const Knobs& knobs = world_.knobs;
    const int64_t ticks = 4 * (knobs.init_limit_ticks + knobs.sync_limit_ticks);
    return from.plus_ms(ticks * knobs.tick_ms + 4 * knobs.session_timeout_ms + 2 * knobs.fault_lasts_ms +
                        10'000);
  }

  // Time stands still when a server asks for the same moment for ever.
  bool step(Instant end) {
    const Instant before = world_.scheduler.now();
    const bool stepped = world_.scheduler.step(end);
    at_once_ = world_.scheduler.now() == before ? at_once_ + 1 : 0;
    require(at_once_ < kMostAtOnce, "Z13", "time stands still at {} ms", before.ms());
    return stepped;
  }

  template <class Done>
  void until(Instant end, const char* what, Done&& done) {
    while (!done())
      require(step(end), "Z13", "{} ms after the last fault: {}", end.ms() - world_.knobs.safety_ms, what);
  }

  size_t writes() const {
    size_t sum = 0;
    for (const auto& client : clients_) sum += client->written();
    return sum;
  }

  bool everybody_serves() const {
    return std::all_of(world_.servers.begin(), world_.servers.end(),
                       [](const auto& server) { return !server->up() || server->replica()->serving(); });
  }

  bool one_state() const {
    if (!everybody_serves()) return false;
    std::optional<Zxid> position;
    for (const auto& server : world_.servers) {
      if (!server->up()) continue;
      const Zxid applied = server->replica()->state().last_applied();
      if (applied != position.value_or(applied) || server->replica()->engine().outstanding() > 0)
        return false;
      position = applied;
    }
    return one_config();
  }

  bool one_config() const {
    if (!world_.knobs.reconfigures()) return true;
    const zab::Membership& last = world_.rules->configs().last();
    return std::all_of(world_.servers.begin(), world_.servers.end(), [&](const auto& server) {
      if (!server->up()) return true;
      const zab::Configs& configs = server->replica()->engine().configs();
      return !configs.is_pending() && configs.committed().members == last.members;
    });
  }

  // A session that nobody keeps alive ends.
  bool only_the_living() const {
    std::set<SessionId> alive;
    for (const auto& client : clients_) alive.insert(client->session());
    bool only = true;
    world_.rules->chronicle().state().for_each_session(
        [&](SessionId session, int32_t) { only = only && alive.contains(session); });
    return only;
  }

  Trace trace_;
  World world_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::unique_ptr<Nemesis> nemesis_;
  int64_t recovery_ms_ = 0;
  int at_once_ = 0;
};

}  // namespace

RunResult run(const RunOptions& options) {
  Run run(options, Random(options.seed));
  const StandingRun standing(options.seed, run.trace());
  RunResult result;
  try {
    run.safety();
    run.liveness();
    run.compare();
  } catch (const Violation& violation) {
    result.violation = violation;
    if (options.tail != nullptr) run.trace().print_tail(options.tail);
  }
  run.report(result);
  return result;
}

}  // namespace paddock::sim
