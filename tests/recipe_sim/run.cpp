#include "tests/recipe_sim/run.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <vector>

#include "tests/recipe_sim/contenders.h"
#include "tests/recipe_sim/machine.h"
#include "tests/recipe_sim/vexation.h"
#include "tests/sim/election_mesh.h"
#include "tests/sim/nemesis.h"
#include "tests/sim/rules.h"
#include "tests/sim/server.h"
#include "tests/sim/standing_run.h"

namespace paddock::recipe_sim {
namespace {

constexpr int kMostAtOnce = 100'000;      // events
constexpr int64_t kLongest_ms = 120'000;  // of the faults
constexpr int64_t kLookEvery_ns = 20'000'000;

class Run {
 public:
  Run(const RunOptions& options, Random random)
      : machine_(random.next()),
        trace_(options.trace),
        world_(draw_servers(Random(random.next()), options.voters), trace_, Random(random.next())),
        stage_(world_, draw_plan(Random(random.next()), world_.knobs, options.recipe)),
        vexation_(
            stage_, programs_, [this] { add_program(); }, Random(random.next())),
        random_(random.next()) {
    world_.mesh = std::make_unique<sim::ElectionMesh>(world_);
    world_.rules = std::make_unique<sim::Rules>(world_);
    for (int server = 1; server <= world_.knobs.servers(); ++server) {
      world_.servers.push_back(
          std::make_unique<sim::Server>(world_, ServerId{server}, Random(random.next())));
    }
    nemesis_ = std::make_unique<sim::Nemesis>(world_, no_clients_, Random(random.next()));
  }

  void suffer() {
    world_.tell("{}; {}", stage_.plan.describe(), world_.knobs.describe());
    for (const auto& server : world_.servers) server->start();
    for (int program = 0; program < stage_.plan.programs; ++program) add_program();
    nemesis_->start();
    vexation_.start();
    watch();
    while (step(Instant{}.plus_ms(std::min(world_.knobs.safety_ms, kLongest_ms)))) {
    }
  }

  void recover() {
    nemesis_->stop();
    vexation_.stop();
    const Instant healed = world_.scheduler.now();
    until("R4", [&] { return missing_progress(healed); });
    world_.tell("everybody has had his turn");
    world_.quiet = true;
    until("R4", [&] { return still_busy(); });
    until("R6", [&] { return left_over(); });
  }

  void settle_accounts() {
    const Ledger& ledger = stage_.ledger;
    Court& court = stage_.court;
    ledger.check_queue(court, data_below(kQueuePath), vexation_.kills());
    ledger.check_locking_queue(court, data_below(kEntriesPath));
    const auto count = world_.rules->chronicle().node(kCounterPath, world_.rules->chronicle().last());
    int64_t number = 0;
    if (count) std::from_chars(count->data.data(), count->data.data() + count->data.size(), number);
    ledger.check_counter(court, number, vexation_.kills());
    court.raise();
  }

  void report(RunResult& result) const {
    result.plan = stage_.plan.describe() + "; " + world_.knobs.describe();
    result.hash = trace_.hash();
    result.virtual_ms = world_.scheduler.now().ms();
    result.faults = nemesis_->faults() + vexation_.faults();
    result.kills = vexation_.kills();
    result.grants = stage_.court.grants();
    const auto& log = world_.rules->chronicle().log();
    result.committed = log.size();
    result.sessions = static_cast<size_t>(std::count_if(log.begin(), log.end(), [](const auto& entry) {
      return entry.type == client::OpCode::create_session;
    }));
    result.coverage = world_.coverage;
    for (const std::string& recipe : stage_.plan.recipes) result.coverage.insert("recipe: " + recipe);
  }
  const sim::Trace& trace() const { return trace_; }

  // All nodes of recipes, for whoever has to explain a failure.
  void tell_nodes() { tell_nodes_below("/recipes"); }

 private:
  void tell_nodes_below(const std::string& directory) {
    const auto& chronicle = world_.rules->chronicle();
    for (const std::string& name : chronicle.children(directory, chronicle.last())) {
      const std::string path = fmt::format("{}/{}", directory, name);
      const auto node = chronicle.node(path, chronicle.last());
      world_.tell("there is {} of {:#x} since {}: {}", path, node->stat.ephemeral_owner,
                  sim::text(Zxid{node->stat.czxid}), node->data);
      tell_nodes_below(path);
    }
  }

  void add_program() {
    const auto number = static_cast<int>(programs_.size()) + 1;
    programs_.push_back(std::make_unique<Program>(world_, stage_.court, number, Random(random_.next())));
    const bool vandal = stage_.plan.vandal && number == 1;
    programs_.back()->start([&](Program& program) {
      for (const std::string& recipe : stage_.plan.recipes) contend(program, stage_, recipe);
      if (vandal) contend(program, stage_, "vandal");
    });
  }

  void watch() {
    world_.scheduler.after_ns(kLookEvery_ns, [this] {
      stage_.court.look();
      watch();
    });
  }

  // Time stands still when somebody asks for the same moment for ever.
  bool step(Instant end) {
    const Instant before = world_.scheduler.now();
    const bool stepped = world_.scheduler.step(end);
    stage_.court.raise();
    at_once_ = world_.scheduler.now() == before ? at_once_ + 1 : 0;
    sim::require(at_once_ < kMostAtOnce, "R9", "time stands still at {} ms", before.ms());
    return stepped;
  }

  int64_t bound_ms() const {
    const sim::Knobs& knobs = world_.knobs;
    return 4 * (knobs.init_limit_ticks + knobs.sync_limit_ticks) * knobs.tick_ms +
           100 * knobs.session_timeout_ms + 4 * (knobs.fault_lasts_ms + stage_.plan.fault_lasts_ms) + 60'000;
  }

  // `missing`: std::optional<std::string>(), what is still not so.
  template <class Missing>
  void until(const char* rule, Missing missing) {
    const Instant begin = world_.scheduler.now(), end = begin.plus_ms(bound_ms());
    for (auto still = missing(); still; still = missing()) {
      // To ask after each event would take longer than the run.
      const Instant next{world_.scheduler.now().ns + kLookEvery_ns};
      while (step(next)) {
      }
      sim::require(world_.scheduler.now() < end, rule, "{} ms without faults: {}",
                   world_.scheduler.now().ms() - begin.ms(), *still);
    }
  }

  std::optional<std::string> missing_progress(Instant since) const {
    for (const auto& program : programs_) {
      if (!program->alive()) continue;
      for (const std::string& recipe : stage_.plan.recipes) {
        if (!stage_.court.has_progressed(*program, recipe, since)) {
          return fmt::format("p{} has not had its turn at {}", program->number(), recipe);
        }
      }
    }
    return std::nullopt;
  }

  std::optional<std::string> still_busy() const {
    for (const auto& program : programs_) {
      if (program->alive() && program->busy()) return fmt::format("p{} comes to no end", program->number());
    }
    return std::nullopt;
  }

  // Nobody holds anything any more, so nothing stands for anybody.
  std::optional<std::string> left_over() const {
    const znode::Tree& tree = world_.rules->chronicle().state().tree();
    std::optional<std::string> left;
    world_.rules->chronicle().state().for_each_session([&](SessionId session, int32_t) {
      const auto nodes = tree.ephemerals_of(session.value);
      if (nodes.empty()) return;
      left = fmt::format("{} of {:#x} is still there since {}", tree.path(nodes.front()), session.value,
                         sim::text(Zxid{tree.persisted(nodes.front()).czxid}));
    });
    return left;
  }

  std::set<std::string> data_below(std::string_view directory) const {
    const auto& chronicle = world_.rules->chronicle();
    std::set<std::string> all;
    for (const std::string& name : chronicle.children(directory, chronicle.last())) {
      all.insert(chronicle.node(fmt::format("{}/{}", directory, name), chronicle.last())->data);
    }
    return all;
  }

  const Machine machine_;
  sim::Trace trace_;
  sim::World world_;
  Stage stage_;
  std::vector<std::unique_ptr<sim::Client>> no_clients_;
  Vexation::Programs programs_;
  Vexation vexation_;
  Random random_;
  std::unique_ptr<sim::Nemesis> nemesis_;
  int at_once_ = 0;
};

}  // namespace

RunResult run(const RunOptions& options) {
  Run run(options, Random(options.seed));
  const sim::StandingRun standing(options.seed, run.trace());
  RunResult result;
  try {
    run.suffer();
    run.recover();
    run.settle_accounts();
  } catch (const sim::Violation& violation) {
    result.violation = violation;
    run.tell_nodes();
    if (options.tail != nullptr) run.trace().print_tail(options.tail);
  }
  run.report(result);
  return result;
}

}  // namespace paddock::recipe_sim
