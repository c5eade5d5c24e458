#include "tests/sim/server.h"

#include <algorithm>
#include <utility>

#include "tests/sim/election_mesh.h"
#include "tests/sim/ensemble.h"
#include "tests/sim/reconfigurations.h"
#include "tests/sim/rules.h"

namespace paddock::sim {
namespace {

constexpr int64_t kMaxTickMs = 100;  // as server/main/host.cpp

int64_t draw_drift(Random& random, const Knobs& knobs) {
  const int64_t most = knobs.drift_permille;
  return static_cast<int64_t>(random.below(static_cast<uint64_t>(2 * most + 1))) - most;
}

ConfigFiles draw_files(const Knobs& knobs, ServerId id, Random& random) {
  if (!knobs.reconfigures()) return {membership_of(knobs), 0, Random(0)};
  zab::Membership given = membership_given_to(id, knobs, random);
  // A joiner's first file names the joiner a voter, which nobody else knows of: to come back with that one is
  // an operator's mistake (docs/simulation.md).
  const bool joins = !membership_of(knobs).members.contains(id);
  return {std::move(given), joins ? 0 : knobs.config_loss, Random(random.next())};
}

}  // namespace

Server::Server(World& world, ServerId id, Random random)
    : world_(world),
      id_(id),
      random_(random),
      clock_(draw_drift(random_, world.knobs), static_cast<int64_t>(random_.below(1'000'000))),
      disk_(world.scheduler, world.knobs, Random(random_.next())),
      files_(draw_files(world.knobs, id, random_)),
      learners_(world, *this),
      clients_(world, *this) {
  if (world.knobs.java_peers.contains(id)) java_.emplace(world.coverage, Random(random_.next()));
}

JavaPersonality::Mind Server::mind() const {
  const zab::Engine& engine = replica_->engine();
  const bool leads = engine.role() == zab::Role::leading && engine.phase() == zab::Phase::broadcast;
  return {disk_.asked(),
          engine.last_committed(),
          leads,
          [this] {
            StateImage image;
            image.merge(replica_->state().full_delta());
            return image;
          },
          [this](Zxid from, Zxid to) { world_.rules->fuzzy(from, to); },
          [this](Zxid zxid, LinkId link) {
            std::set<ServerId> others;
            for (const auto& server : world_.servers) {
              if (server->disk().durable().holds(zxid)) others.insert(server->id());
            }
            others.erase(learners_.peer_of(link));
            return world_.is_quorum(others);
          }};
}

replica::ReplicaOptions Server::options() const {
  const Knobs& knobs = world_.knobs;
  replica::ReplicaOptions options;
  options.engine.self = id_;
  options.engine.tick_ms = knobs.tick_ms;
  options.engine.init_limit_ticks = knobs.init_limit_ticks;
  options.engine.sync_limit_ticks = knobs.sync_limit_ticks;
  options.engine.history_count = knobs.history_count;
  options.engine.snapshot_syncs = options.engine.diff_syncs = knobs.most_syncs;
  options.engine.last_counter = knobs.last_counter;
  options.tick_ms = knobs.tick_ms;
  options.request_throttle.max_requests = knobs.max_requests;
  options.local_sessions = options.upgrade_local_sessions = knobs.local_sessions;
  options.delta_bytes = knobs.delta_bytes;
  options.standalone = knobs.servers() == 1;
  options.engine.membership = files_.membership();
  options.engine.reconfig_enabled = knobs.reconfigures();
  options.engine.standalone_enabled = false;
  return options;
}

DiskClient Server::disk_client() {
  DiskClient client;
  client.persisted = [this](DiskSeq seq) {
    input([seq](replica::Replica& replica, Now now) { replica.persisted(seq, now); });
  };
  client.history_fetched = [this](const store::HistoryFetched& history) {
    input([history](replica::Replica& replica, Now now) { replica.engine().history_fetched(history, now); });
  };
  client.snapshot_piece = [this](const store::SnapshotPiece& piece) {
    input([piece](replica::Replica& replica, Now now) { replica.engine().snapshot_piece(piece, now); });
  };
  client.failed = [this](const Fault& fault) { disk_failed(fault); };
  return client;
}

// --- The process

void Server::start() {
  PADDOCK_CHECK(!up(), "server {} is up", id_.value);
  ++life_;
  znode::Options rules;
  rules.reconfig_enabled = world_.knobs.reconfigures();
  rules.standalone = world_.knobs.servers() == 1;
  rules.super_digest = kSuperDigest;
  auto state = std::make_unique<znode::State>(rules);
  const auto opened = disk_.open(*state, disk_client());
  if (!opened.ok()) {
    world_.tell("s{} does not start: {}", id_.value, opened.fault().message);
    return start_later();
  }
  const store::Recovered& recovered = *opened;
  world_.tell("s{} starts: epochs {}/{}, checkpoint {}, committed {}, logged {}", id_.value,
              recovered.epochs.accepted, recovered.epochs.current, text(recovered.checkpoint),
              text(recovered.commit_point), text(recovered.last_logged));
  world_.rules->server_starts(*this, recovered);
  paused_ = ending_ = false;
  step_wanted_ = false;
  armed_ = Instant{INT64_MAX};
  committed_ = noted_ = Zxid{};
  replica_ = std::make_unique<replica::Replica>(options(), std::move(state), recovered,
                                                Random(random_.next()), now());
  next_tick_ = now().monotonic;
  step();
}

void Server::crash(bool lossy) {
  if (!up()) return;
  world_.tell("s{} crashes{}", id_.value, lossy ? ", what is not durable is lost" : "");
  ++life_;
  disk_.crash(lossy);
  learners_.process_ended(lossy);
  clients_.process_ended(lossy);
  world_.mesh->ended(id_, lossy);
  world_.rules->server_ended(*this);
  replica_.reset();
  if (java_) java_->process_ended();
  backlog_.clear();
}

// Fail-stop: whoever watches over the process starts it again.
void Server::disk_failed(const Fault& fault) {
  world_.tell("s{} ends: {}", id_.value, fault.message);
  world_.coverage.insert("a call to the disk fails");
  crash(false);
  start_later();
}

void Server::start_later() {
  const auto most = static_cast<uint64_t>(1'000'000 * world_.knobs.fault_lasts_ms);
  world_.scheduler.after_ns(static_cast<int64_t>(random_.below(most)) + 1, [this, life = life_] {
    if (life == life_ && !up()) start();
  });
}

void Server::terminate(int64_t patience_ns) {
  if (!up() || ending_) return;
  world_.tell("s{} is told to end", id_.value);
  ending_ = true;
  world_.scheduler.after_ns(patience_ns, [this, life = life_] {
    if (life == life_) crash(false);
  });
  input([](replica::Replica& replica, Now now) { replica.drain(now); });
}

void Server::pause(Instant until) {
  if (!up() || paused_) return;
  world_.tell("s{} pauses for {} ms", id_.value, (until.ns - world_.scheduler.now().ns) / 1'000'000);
  paused_ = true;
  world_.scheduler.at(until, [this, life = life_] {
    if (life != life_) return;
    world_.tell("s{} resumes", id_.value);
    paused_ = false;
    replica_->tick(now());  // before anything else
    resuming_ = true;
    for (const Input& input : std::exchange(backlog_, {})) run(input);
    resuming_ = false;
    step_wanted_ = false;
    if (!timer()) step();
  });
}

// --- Inputs

void Server::input(Input input) {
  if (!up()) return;
  if (paused_) {
    backlog_.push_back(std::move(input));
  } else {
    run(input);
  }
}

void Server::run(const Input& input) {
  input(*replica_, now());
  want_step();
}

void Server::want_step() {
  if (step_wanted_) return;
  step_wanted_ = true;
  const int64_t wait_ns =
      1000 * static_cast<int64_t>(random_.below(static_cast<uint64_t>(world_.knobs.batch_us) + 1));
  world_.scheduler.after_ns(wait_ns, [this, life = life_] {
    if (life == life_) step();
  });
}

void Server::arm_timer() {
  Instant next = next_tick_;
  if (const auto wake = replica_->engine().wake_at()) next = std::min(next, *wake);
  const Instant when = std::max(clock_.world(next), world_.scheduler.now());
  if (when >= armed_) return;
  armed_ = when;
  world_.scheduler.at(when, [this, when, life = life_] {
    if (life != life_ || armed_ != when) return;
    armed_ = Instant{INT64_MAX};
    if (!paused_ && !timer()) arm_timer();
  });
}

// True: something was due, and a step was made of it.
bool Server::timer() {
  const Now at = now();
  const auto wake = replica_->engine().wake_at();
  const bool tick = at.monotonic >= next_tick_;
  if (!tick && !(wake && at.monotonic >= *wake)) return false;
  replica_->tick(at);
  if (tick) {
    next_tick_ = at.monotonic.plus_ms(std::clamp<int64_t>(world_.knobs.tick_ms / 2, 1, kMaxTickMs));
    note_commit_point();
  }
  step();
  return true;
}

// --- The batch

void Server::step() {
  if (paused_) return;  // the resume steps
  step_wanted_ = false;
  do {
    replica::Ready ready = replica_->take_ready(now());
    carry_out(ready);
  } while (clients_.resume(*replica_, now()));
  if (ending_ && replica_->idle()) return end_soon();
  arm_timer();
}

// The replica runs this step: it is gone in the next event.
void Server::end_soon() {
  world_.scheduler.after_ns(0, [this, life = life_] {
    if (life == life_) crash(false);
  });
}

void Server::carry_out(replica::Ready& ready) {
  committed_ = std::max(committed_, ready.peers.committed);
  // As the host does: before a snapshot that is to replace what they are of.
  for (znode::Delta& delta : ready.deltas) disk_.checkpoint(std::move(delta));
  if (!ready.peers.disk.empty()) {
    noted_ = committed_;
    log_used_ = true;
    for (store::LogWork& work : ready.peers.disk) {
      world_.rules->disk_asked(*this, work);
      disk_.ask(std::move(work), committed_);
    }
    disk_.submit();
  }
  world_.rules->stepped(*this);
  if (world_.on_step) world_.on_step(*this);
  for (const zab::LinkCommand& command : ready.peers.links) {
    if (!std::holds_alternative<zab::CloseLink>(command)) learners_.carry_out(command);
  }
  for (const zab::MessageOut& message : ready.peers.messages) {
    if (const auto* packet = std::get_if<zab::PacketOut>(&message)) learners_.send(*packet);
    if (const auto* piece = std::get_if<zab::SnapshotOut>(&message)) learners_.send(*piece);
    if (const auto* vote = std::get_if<zab::NotificationOut>(&message)) {
      world_.rules->vote_sent(*this, *vote);
      world_.mesh->send(id_, vote->to, vote->message);
    }
  }
  if (java_) {
    for (const auto& [link, packet] : java_->overdue(mind())) learners_.transmit(link, packet);
  }
  for (const zab::LinkCommand& command : ready.peers.links) {
    if (std::holds_alternative<zab::CloseLink>(command)) learners_.carry_out(command);
  }
  if (!ready.peers.history_reads.empty()) world_.coverage.insert("history read from the log");
  if (!ready.peers.snapshot_reads.empty()) world_.coverage.insert("snapshot read from the checkpoint");
  for (const store::HistoryRead& wanted : ready.peers.history_reads) disk_.read(wanted);
  for (const store::SnapshotRead& wanted : ready.peers.snapshot_reads) disk_.read(wanted);
  for (const zab::MembershipChanged& changed : ready.configs) files_.apply(changed);
  for (replica::ClientOutput& output : ready.clients) clients_.send(std::move(output));
}

// As the host does: an idle log learns how far it is committed.
void Server::note_commit_point() {
  if (!std::exchange(log_used_, false) && noted_ < committed_) {
    noted_ = committed_;
    disk_.note(committed_);
  }
}

}  // namespace paddock::sim
