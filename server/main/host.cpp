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

}  // namespace

Host::Host(boost::asio::io_context& io, const Settings& settings, replica::Replica& replica,
           store::Store& store)
    : io_(io),
      settings_(settings),
      replica_(replica),
      store_(store),
      clients_(io, settings.clients, *this),
      words_(settings.four_letter_whitelist, settings.read_only_mode, std::string(zookeeper_version()),
             sources()),
      tick_timer_(io) {}

Status Host::start() {
  if (auto listening = clients_.listen(); !listening) return listening;
  arm_tick();
  step();
  return ok_status();
}

Now Host::batch_time() {
  if (!batch_time_) batch_time_ = now();
  return *batch_time_;
}

void Host::arm_tick() {
  tick_timer_.expires_after(
      std::chrono::milliseconds(std::clamp<int64_t>(settings_.replica.tick_ms / 2, 1, kMaxTickMs)));
  tick_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    replica_.tick(now());
    if (store_.wants_delta()) replica_.cut_delta();
    step();
    note_commit_point();
    arm_tick();
  });
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

// --- The batch

void Host::step() {
  batch_time_.reset();
  replica::Ready ready = replica_.take_ready(now());
  committed_ = std::max(committed_, ready.peers.committed);
  if (!ready.peers.disk.empty()) {
    noted_ = committed_;
    log_used_ = true;
    store_.submit(std::move(ready.peers.disk), store::CommitPoint{committed_});
  }
  for (replica::ClientOutput& output : ready.clients) {
    clients_.send(output.connection, std::move(output.bytes), output.close);
  }
  for (znode::Delta& delta : ready.deltas) store_.checkpoint(std::move(delta));
  clients_.resume_throttled();
  if (replica_.serving() != was_serving_) {
    was_serving_ = !was_serving_;
    if (was_serving_) trim_memory();  // what was replayed
    spdlog::info("event={} zxid={:#x}", was_serving_ ? "serving" : "not_serving",
                 replica_.state().last_applied().value);
  }
  end_if_drained();
}

// A log that was idle for a tick learns how far it is committed, so that a restart replays all of it at once.
void Host::note_commit_point() {
  if (!std::exchange(log_used_, false) && noted_ < committed_) {
    noted_ = committed_;
    store_.submit({}, store::CommitPoint{committed_});
  }
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
  replica_.client_connected(connection, address, batch_time());
}

bool Host::on_frame(ConnectionId connection, std::string_view frame) {
  return replica_.client_frame(connection, frame, batch_time());
}

void Host::on_disconnect(ConnectionId connection) {
  replica_.client_disconnected(connection, batch_time());
}

bool Host::throttled(ConnectionId connection) {
  return replica_.throttled(connection);
}

std::optional<std::string> Host::on_word(ConnectionId connection, std::string_view received) {
  ++words_received_;
  asking_ = connection;
  auto text = words_.answer(received);
  if (!text) --words_received_;
  return text;
}

void Host::on_batch_end() {
  step();
}

}  // namespace paddock
