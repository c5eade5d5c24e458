#include "tests/sim/client.h"

#include <utility>

#include "tests/sim/reply_checker.h"
#include "tests/sim/rules.h"
#include "tests/sim/server.h"
#include "tests/sim/violation.h"

namespace paddock::sim {

using client::SessionState;

Client::Client(World& world, int number, Random random)
    : world_(world),
      number_(number),
      machine_(kFirstClient + number),
      random_(random),
      workload_(world.knobs, Random(random_.next())),
      reconfigurations_(world.knobs, Random(world.knobs.reconfigures() ? random_.next() : 0)) {}

Now Client::now() const {
  const Instant at = world_.scheduler.now();
  return {at, WallTime{at.ms()}};
}

void Client::start() {
  begin();
}

void Client::begin() {
  ++life_;
  dead_ = ended_ = false;
  connecting_ = false;
  connection_.reset();
  asked_.clear();
  client::SessionOptions options;
  options.timeout_ms = world_.knobs.session_timeout_ms;
  session_ = std::make_unique<client::Session>(options);
  if (is_super()) session_->add_auth(0, "digest", kSuper);
  order_ = std::make_unique<OrderChecker>();
  watches_ = std::make_unique<WatchChecker>(world_.rules->chronicle());
  try_connect();
  arm_think();
  arm_tick();
}

// --- Time

void Client::arm_think() {
  const auto most = static_cast<uint64_t>(2'000'000 * world_.knobs.think_ms);
  world_.scheduler.after_ns(static_cast<int64_t>(random_.below(most)) + 1, [this, life = life_] {
    if (life != life_ || ended_) return;
    think();
    arm_think();
  });
}

void Client::think() {
  const SessionState state = session_->state();
  if (world_.quiet || state != SessionState::connected || asked_.size() >= world_.knobs.in_flight) return;
  Request request = next_request();
  request.operation.floor = world_.rules->answered();
  const uint64_t tag = ++last_tag_;
  world_.tell("c{} asks {}: {} {}", number_, tag, client::name_of(request.operation.type),
              request.operation.path);
  session_->submit(tag, request.operation.type, std::move(request.body), request.watch,
                   request.operation.path);
  asked_[tag] = std::move(request.operation);
  flush();
}

// The others may not change the configuration, and try.
bool Client::is_super() const {
  return world_.knobs.reconfigures() && number_ != 3;
}

Request Client::next_request() {
  const uint64_t every = world_.knobs.reconfig_every;
  if (every == 0 || world_.settled || !random_.one_in(every)) return workload_.next();
  return reconfigurations_.next(world_.rules->configs().last());
}

void Client::arm_tick() {
  const int64_t every_ms = std::max(world_.knobs.session_timeout_ms / 6, 1);
  world_.scheduler.after_ns(every_ms * 1'000'000, [this, life = life_] {
    if (life != life_ || dead_ || ended_) return;
    session_->tick(now());
    flush();
    arm_tick();
  });
}

// --- The connection

void Client::try_connect() {
  if (dead_ || ended_ || connection_ || connecting_) return;
  connecting_ = true;
  const int64_t wait_ns = world_.net.delay_ns() + static_cast<int64_t>(random_.below(20'000'000));
  world_.scheduler.after_ns(wait_ns, [this, life = life_] {
    if (life != life_ || dead_) return;
    connecting_ = false;
    server_ =
        ServerId{1 + static_cast<int64_t>(random_.below(static_cast<uint64_t>(world_.knobs.servers())))};
    Server& server = world_.server(server_);
    if (!server.up()) return reconnect_later();
    connection_ = server.clients().accept(machine_, *this);
    connection_->listen(
        Side::first,
        [this, life] {
          if (life == life_) disconnected();
        },
        nullptr);
  });
}

void Client::reconnect_later() {
  const int64_t wait_ns =
      1'000'000 * (5 + static_cast<int64_t>(random_.below(static_cast<uint64_t>(world_.knobs.tick_ms))));
  world_.scheduler.after_ns(wait_ns, [this, life = life_] {
    if (life == life_) try_connect();
  });
}

void Client::connected() {
  if (!connection_) return;
  session_->connected(now());
  flush();
}

void Client::received(const std::string& bytes) {
  if (!connection_) return;
  const bool sound = session_->received(bytes, now());
  work_off_events();
  require(sound || session_->state() != SessionState::connected, "C2",
          "c{} got from s{} what answers no request of its in order", number_, server_.value);
  flush();
}

void Client::disconnected() {
  connection_.reset();
  session_->disconnected(now());
  work_off_events();
  if (!ended_) reconnect_later();
}

void Client::drop_connection() {
  if (!connection_) return;
  connection_->close(Side::first);
  disconnected();
}

void Client::flush() {
  if (!connection_) return;
  if (session_->has_output()) {
    std::string bytes = session_->take_output();
    ClientPort& port = world_.server(server_).clients();
    const size_t size = bytes.size();
    connection_->send(Side::first, size, [&port, at = connection_.get(), bytes = std::move(bytes)] {
      port.bytes_arrived(at, bytes);
    });
  }
  work_off_events();
  if (session_->wants_disconnect()) drop_connection();
}

// --- What befalls it

void Client::disconnect() {
  if (!connection_) return;
  world_.tell("c{} loses its connection", number_);
  drop_connection();
}

void Client::die(int64_t ms) {
  if (dead_) return;
  world_.tell("c{} dies", number_);
  dead_ = true;
  ++life_;
  if (connection_) connection_->abandon(Side::first, true);
  connection_.reset();
  world_.scheduler.after_ns(ms * 1'000'000, [this] { begin(); });
}

void Client::close() {
  if (dead_ || ended_) return;
  world_.tell("c{} closes its session", number_);
  session_->close(now());
  flush();
  work_off_events();
}

// --- What it hears

void Client::work_off_events() {
  for (const client::SessionEvent& event : session_->take_events()) {
    std::visit([this](const auto& kind) { on(kind); }, event);
  }
}

void Client::on(const client::StateChanged& changed) {
  if (changed.state == SessionState::connected) {
    world_.tell("c{} is connected to s{} with session {:#x}", number_, server_.value, session_->id().value);
    watches_->reconnected(session_->last_zxid());
    if (!is_super()) world_.rules->acls().used_from(session_->id(), address_of(machine_));
    return;
  }
  if (changed.state != SessionState::expired && changed.state != SessionState::closed) return;
  world_.tell("c{}: session {:#x} has {}", number_, session_->id().value,
              changed.state == SessionState::expired ? "expired" : "closed");
  if (std::exchange(ended_, true)) return;
  const auto wait_ns = static_cast<int64_t>(random_.below(50'000'000));
  world_.scheduler.after_ns(wait_ns, [this, life = life_] {
    if (life != life_) return;
    if (connection_) connection_->close(Side::first);
    begin();
  });
}

void Client::on(const client::Replied& replied) {
  const auto found = asked_.find(replied.tag);
  if (found == asked_.end()) return;
  const Operation asked = std::move(found->second);
  asked_.erase(found);
  world_.tell("c{} hears {}: {} {} = {} at {}", number_, replied.tag, client::name_of(asked.type), asked.path,
              static_cast<int>(replied.err), text(replied.zxid));
  if (replied.zxid <= Zxid{}) return;  // nobody knows what became of it
  ++answered_;
  const Answer heard{replied.err, replied.zxid, replied.body};
  order_->answered(asked, heard);
  check_reply(world_.rules->chronicle(), session_->id(), asked, heard);
  watches_->answered(asked, heard);
  world_.rules->acls().answered(session_->id(), asked, heard);
  if (heard.err == ErrorCode::no_auth) world_.coverage.insert("NOAUTH");
  if (asked.type == client::OpCode::reconfig) world_.rules->observed_configs().answered(heard.err);
  if (!is_write(asked.type)) return;
  ++written_;
  world_.rules->write_answered(replied.zxid);
}

void Client::on(const client::Notified& notified) {
  world_.tell("c{} is told of {} at {}: {}", number_, notified.path, text(notified.zxid),
              static_cast<int>(notified.type));
  watches_->told(notified.type, notified.path, notified.zxid);
}

}  // namespace paddock::sim
