#include "tests/recipe_sim/program.h"

#include "tests/recipe_sim/machine.h"
#include "tests/recipe_sim/program_transport.h"
#include "tests/sim/server.h"
#include "tests/sim/world.h"

namespace paddock::recipe_sim {
namespace {

constexpr int64_t kGrain_ns = 8'000'000;  // how late a timer may be
constexpr int kMostAtOnce = 20'000;       // handlers, without any time going by
constexpr int64_t kStart_ms = 1'000'000;  // of the monotonic clock: a machine is never switched on just now

int64_t drift_of(const sim::Knobs& knobs, Random& random) {
  const int64_t most = knobs.drift_permille;
  return static_cast<int64_t>(random.below(static_cast<uint64_t>(2 * most + 1))) - most;
}

client::ConnectString servers_of(const sim::World& world) {
  client::ConnectString servers;
  for (const auto& server : world.servers) {
    servers.hosts.push_back({"server", static_cast<uint16_t>(server->id().value)});
  }
  return servers;
}

}  // namespace

Program::Program(sim::World& world, Court& court, int number, Random random)
    : world_(world),
      court_(court),
      number_(number),
      random_(random),
      clock_(drift_of(world.knobs, random_), kStart_ms),
      transport_(std::make_shared<ProgramTransport>(*this)) {}

// Whoever is left has to find a clock, too.
Program::~Program() {
  Machine::show(now());
  transport_->abandon(false);
}

void Program::start(const Work& work) {
  alive_ = true;
  Machine::show(now());
  client::ClientOptions options;
  options.session.timeout_ms = world_.knobs.session_timeout_ms;
  options.connect_timeout_ms = world_.knobs.session_timeout_ms;
  options.renew_sessions = true;
  options.transport = [this](const boost::asio::any_io_executor&) { return transport_; };
  zk_ = std::make_shared<client::AsyncClient>(io_.get_executor(), servers_of(world_), options);
  work(*this);
  want_run();
  arm();
}

void Program::kill() {
  if (!alive_) return;
  world_.tell("p{} is killed", number_);
  alive_ = false;
  transport_->abandon(random_.one_in(2));
}

void Program::pause(Instant until) {
  world_.tell("p{} is paused until {} ms", number_, until.ms());
  paused_until_ = std::max(paused_until_, until);
  world_.scheduler.at(paused_until_, [this] { run(); });
}

void Program::disconnect() {
  world_.tell("p{} loses its connection", number_);
  transport_->reset();
}

void Program::begin(client::Async<void> task) {
  ++tasks_;
  boost::asio::co_spawn(io_, std::move(task), [this](const std::exception_ptr& thrown) {
    --tasks_;
    court_.require(!thrown, "R9", "p{}: an exception", number_);
  });
}

void Program::post(std::function<void()> action) {
  boost::asio::post(io_, std::move(action));
  want_run();
}

void Program::want_run() {
  if (std::exchange(run_wanted_, true)) return;
  world_.scheduler.at(world_.scheduler.now(), [this] { run(); });
}

void Program::arm() {
  world_.scheduler.after_ns(kGrain_ns, [this] {
    if (!alive_) return;
    run();
    arm();
  });
}

void Program::run() {
  run_wanted_ = false;
  if (!alive_ || paused()) return;
  Machine::show(now());
  io_.restart();
  int handled = 0;
  while (alive_ && io_.poll_one() > 0) {
    ++handled;
    if (handled == kMostAtOnce) return court_.require(false, "R9", "p{} never comes to rest", number_);
  }
}

}  // namespace paddock::recipe_sim
