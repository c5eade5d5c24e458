#include "server/main/host.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>

#include "server/main/clock.h"
#include "server/main/process.h"
#include "server/main/version.h"

namespace paddock {
namespace {

// Often enough that a session expires within its bucket and an idle log soon says how far it was committed.
constexpr int64_t kMaxTickMs = 100;
constexpr int64_t kDrainMs = 5000;
constexpr int64_t kMemoryMs = 1000;  // how much is used is looked at
// In a row: among many clients, too, it happens that one append follows another.
constexpr int kLoneAppends = 8;

const char* name_of(zab::Role role) {
  static constexpr const char* kNames[] = {"looking", "following", "leading", "observing"};
  return kNames[static_cast<size_t>(role)];
}

const char* name_of(zab::Phase phase) {
  static constexpr const char* kNames[] = {"election", "discovery", "synchronization", "broadcast"};
  return kNames[static_cast<size_t>(phase)];
}

}  // namespace

Host::Host(boost::asio::io_context& io, const Settings& settings, replica::Replica& replica,
           store::Store& store, AuditLog* audit)
    : io_(io),
      settings_(settings),
      replica_(replica),
      store_(store),
      audit_(audit),
      clients_(io, settings.clients, *this),
      words_(settings.four_letter_whitelist, settings.read_only_mode, std::string(zookeeper_version()),
             sources()),
      tick_timer_(io),
      engine_timer_(io) {
  if (settings.peers) peers_.emplace(io, *settings.peers, replica.engine(), clock_, [this] { step(); });
  if (peers_ && settings.replica.engine.reconfig_enabled)
    reconfiguration_.emplace(settings_, clients_, *peers_);
  if (peers_ && !settings_.peers->oracle_path.empty()) {
    oracle_.emplace(io, settings_.peers->oracle_path,
                    [this](bool grants, Instant asked_at) { heed_oracle(grants, asked_at); });
  }
}

Status Host::start() {
  if (peers_) {
    if (auto started = peers_->start(); !started) return started;
  }
  if (auto listening = clients_.listen(); !listening) return listening;
  if (reconfiguration_) reconfiguration_->start();
  if (oracle_) oracle_->start();
  arm_tick();
  step();
  return ok_status();
}

void Host::arm_tick() {
  tick_timer_.expires_after(
      std::chrono::milliseconds(std::clamp<int64_t>(settings_.replica.tick_ms / 2, 1, kMaxTickMs)));
  tick_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    tick(now());
    if (peers_) peers_->tick();
    if (store_.wants_delta()) replica_.cut_delta();
    step();
    note_commit_point();
    note_memory();
    arm_tick();
  });
}

// Besides the tick, whose pace is too slow for an election. A timer that is armed for too early a time only
// looks once too often.
void Host::arm_engine_timer() {
  const auto wake = replica_.engine().wake_at();
  if (!wake || (engine_timer_at_ && *engine_timer_at_ <= *wake)) return;
  engine_timer_at_ = wake;
  engine_timer_.expires_at(std::chrono::steady_clock::time_point(std::chrono::nanoseconds(wake->ns)));
  engine_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    engine_timer_at_.reset();
    tick(now());
    step();
  });
}

void Host::tick(Now now) {
  ticked_ = now.monotonic;
  replica_.tick(now);
}

// After a pause (SIGSTOP, a starved machine) what clients asked meanwhile is read before the timers run: a
// leader that has lost its quorum must find that out first.
bool Host::is_tick_overdue() {
  return clock_.now().monotonic >= ticked_.plus_ms(settings_.replica.tick_ms);
}

void Host::drain() {
  spdlog::info("event=draining connections={}", clients_.size());
  drain_deadline_ = now().monotonic.plus_ms(kDrainMs);
  clients_.stop_accepting();
  replica_.drain(now());
  step();
}

void Host::persisted(DiskSeq seq) {
  replica_.persisted(seq, now());
  step();
}

void Host::history_fetched(const store::HistoryFetched& history) {
  replica_.engine().history_fetched(history, now());
  step();
}

void Host::snapshot_piece(const store::SnapshotPiece& piece) {
  replica_.engine().snapshot_piece(piece, now());
  step();
}

void Host::heed_oracle(bool grants, Instant asked_at) {
  replica_.engine().oracle_says(grants, asked_at, now());
  step();
}

// --- The batch

void Host::step() {
  clock_.next_batch();
  replica::Ready ready = replica_.take_ready(now());
  if (peers_) peers_->carry_out(ready.peers);
  // Before the work that ends a snapshot: they are of the state that it replaces.
  for (znode::Delta& delta : ready.deltas) store_.checkpoint(std::move(delta));
  submit(std::move(ready.peers.disk), ready.peers.committed);
  if (reconfiguration_) {
    for (const zab::MembershipChanged& changed : ready.configs) reconfiguration_->apply(changed);
  }
  if (audit_ != nullptr) audit_->write(std::move(ready.audit), now().wall);
  for (replica::ClientOutput& output : ready.clients) {
    clients_.send(output.connection, std::move(output.bytes), output.close);
  }
  for (const replica::Remark& remark : ready.remarks) remarks_.tell(remark, now().monotonic);
  for (const store::HistoryRead& read : ready.peers.history_reads) store_.read_history(read);
  for (const store::SnapshotRead& read : ready.peers.snapshot_reads) store_.read_snapshot(read);
  clients_.resume_throttled();
  if (replica_.serving() != was_serving_) note_serving();
  if (peers_) {
    note_digests();
    note_role();
    arm_engine_timer();
  }
  end_if_drained();
}

void Host::submit(std::vector<store::LogWork> work, Zxid committed) {
  committed_ = std::max(committed_, committed);
  if (work.empty()) return;
  noted_ = committed_;
  log_used_ = true;
  // Whoever else asks would wait for the disk.
  lone_appends_ = std::exchange(asked_, 0) <= 1 ? lone_appends_ + 1 : 0;
  store_.submit(std::move(work), store::CommitPoint{committed_}, lone_appends_ >= kLoneAppends);
}

void Host::note_serving() {
  was_serving_ = !was_serving_;
  // What was replayed; not again with every epoch, when clients wait for it.
  if (was_serving_ && !std::exchange(trimmed_, true)) trim_memory();
  spdlog::info("event={} zxid={:#x}", was_serving_ ? "serving" : "not_serving",
               replica_.state().last_applied().value);
}

// What an operator must see of elections: who has which role since when.
void Host::note_role() {
  const zab::Engine& engine = replica_.engine();
  const RoleTold role{engine.role(), engine.phase(), engine.leader()};
  if (role == told_role_) return;
  told_role_ = role;
  if (role.role == zab::Role::looking) {
    spdlog::info("event=looking last_logged={:#x} epoch={:#x}", engine.last_logged().value,
                 engine.epochs().current);
  } else {
    spdlog::info("event={} phase={} leader={} accepted_epoch={:#x} epoch={:#x}", name_of(role.role),
                 name_of(role.phase), role.leader.value, engine.epochs().accepted, engine.epochs().current);
  }
}

// A tree that is not its leader's, or a leader that foretold a wrong one (spec/quorum-protocol.md section
// 10).
void Host::note_digests() {
  const znode::State& state = replica_.state();
  const int64_t before = std::exchange(told_digest_mismatches_, state.digest_mismatches());
  if (told_digest_mismatches_ <= before) return;
  spdlog::warn("event=digest_differs times={} zxid={:#x}", told_digest_mismatches_ - before,
               state.last_applied().value);
}

// A log that was idle for a tick learns how far it is committed, so that a restart replays all of it at once.
void Host::note_commit_point() {
  if (!std::exchange(log_used_, false) && noted_ < committed_) {
    noted_ = committed_;
    store_.submit({}, store::CommitPoint{committed_});
  }
}

// What was freed may still be the process's.
void Host::note_memory() {
  const int64_t limit = settings_.replica.limits.memory_bytes;
  if (limit == 0 || clock_.now().monotonic < memory_noted_.plus_ms(kMemoryMs)) return;
  memory_noted_ = clock_.now().monotonic;
  if (resident_bytes() > limit / 100 * 80) trim_memory();
  replica_.note_memory(resident_bytes());
}

void Host::end_if_drained() {
  if (!drain_deadline_) return;
  const bool done = replica_.idle() && clients_.output_bytes() == 0;
  if (!done && now().monotonic < *drain_deadline_) return;
  if (!done) spdlog::warn("event=drain_given_up after_ms={}", kDrainMs);
  io_.stop();
}

// --- net::ClientHandler

void Host::on_connect(ConnectionId connection, std::string_view address) {
  replica_.client_connected(connection, address, clock_.now());
}

void Host::on_certificate(ConnectionId connection, const std::string& subject) {
  replica_.client_certified(connection, subject);
}

void Host::on_client_remark(std::string_view text) {
  spdlog::warn("event=client remark={}", quoted(text));
}

bool Host::has_room(int32_t length) {
  return replica_.has_room(length);
}

bool Host::on_frame(ConnectionId connection, std::string_view frame) {
  ++asked_;
  return replica_.client_frame(connection, frame, clock_.now());
}

void Host::on_disconnect(ConnectionId connection) {
  replica_.client_disconnected(connection, clock_.now());
}

bool Host::throttled(ConnectionId connection) {
  return is_tick_overdue() || replica_.throttled(connection);
}

std::optional<std::string> Host::on_word(ConnectionId connection, std::string_view received) {
  ++words_received_;
  asking_ = connection;
  auto text = words_.answer(received);
  if (!text) --words_received_;
  return text;
}

void Host::on_batch_end() {
  if (is_tick_overdue()) tick(clock_.now());
  step();
}

}  // namespace paddock
