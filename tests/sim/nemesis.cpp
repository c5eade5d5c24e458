#include "tests/sim/nemesis.h"

#include <numeric>

namespace paddock::sim {

Nemesis::Nemesis(World& world, std::vector<std::unique_ptr<Client>>& clients, Random random)
    : world_(world), clients_(clients), random_(random) {
  const Knobs& knobs = world.knobs;
  const bool several = knobs.servers() > 1;
  kinds_ = {
      {"kill", knobs.crash, &Nemesis::kill},
      {"cut power", knobs.power_cut, &Nemesis::cut_power},
      {"terminate", knobs.terminate, &Nemesis::terminate},
      {"black out", knobs.blackout, &Nemesis::black_out},
      {"pause", knobs.pause, &Nemesis::pause},
      {"reset connection", knobs.reset, &Nemesis::reset_connection},
      {"isolate", several ? knobs.isolate : 0, &Nemesis::isolate},
      {"cut one way", several ? knobs.cut : 0, &Nemesis::cut_one_way},
      {"stall", knobs.stall, &Nemesis::stall},
      {"slow disk", knobs.slow_disk, &Nemesis::slow_disk},
      {"fail disk", knobs.disk_error, &Nemesis::fail_disk},
      {"fill disk", knobs.disk_full, &Nemesis::fill_disk},
      {"wipe disk", knobs.wipe, &Nemesis::wipe_disk},
      {"rot disk", knobs.rot, &Nemesis::rot_disk},
      {"disturb client", knobs.client_reset, &Nemesis::disturb_client},
      {"kill client", knobs.client_death, &Nemesis::kill_client},
      {"jump clock", knobs.clock_jumps ? 1 : 0, &Nemesis::jump_clock},
      {"depose leader", several ? knobs.depose : 0, &Nemesis::depose_leader},
      {"hurry one follower", several ? knobs.hurry : 0, &Nemesis::hurry_one_follower},
      {"interrupt", several ? knobs.interrupt : 0, &Nemesis::interrupt},
      {"forget commits", several ? knobs.forget : 0, &Nemesis::forget_commits},
  };
}

void Nemesis::start() {
  if (world_.knobs.interrupt > 0) {
    world_.on_step = [this](Server& server) { lie_in_wait(server); };
    waiting_ = random_.one_in(2);
  }
  arm();
}

void Nemesis::arm() {
  const Knobs& knobs = world_.knobs;
  const bool soon = knobs.burst > 0 && faults_ > 0 && random_.one_in(knobs.burst);
  const auto most =
      static_cast<uint64_t>(soon ? 8 * world_.net.delay_ns() + 1 : 2'000'000 * knobs.fault_every_ms);
  world_.scheduler.after_ns(static_cast<int64_t>(random_.below(most)) + 1, [this] {
    if (stopped_) return;
    strike();
    arm();
  });
}

void Nemesis::strike() {
  const int sum =
      std::accumulate(kinds_.begin(), kinds_.end(), 0, [](int s, const Kind& k) { return s + k.weight; });
  if (sum == 0) return;
  auto drawn = static_cast<int>(random_.below(static_cast<uint64_t>(sum)));
  for (const Kind& kind : kinds_) {
    if ((drawn -= kind.weight) >= 0) continue;
    ++faults_;
    world_.coverage.insert(kind.name);
    return (this->*kind.strike)();
  }
}

int64_t Nemesis::lasting_ns() {
  return static_cast<int64_t>(random_.below(static_cast<uint64_t>(2'000'000 * world_.knobs.fault_lasts_ms))) +
         1;
}

Server& Nemesis::any_server() {
  if (random_.one_in(3)) {
    for (const auto& server : world_.servers) {
      if (server->up() && server->replica()->engine().role() == zab::Role::leading) return *server;
    }
  }
  return *world_.servers[random_.below(world_.servers.size())];
}

// --- Processes

void Nemesis::take_down(Server& server, bool lossy) {
  if (!server.up()) return;
  server.crash(lossy);
  bring_back(server, lasting_ns());
}

void Nemesis::bring_back(Server& server, int64_t after_ns) {
  world_.scheduler.after_ns(after_ns, [this, &server] {
    if (!stopped_ && !server.up()) server.start();
  });
}

void Nemesis::kill() {
  take_down(any_server(), false);
}
void Nemesis::cut_power() {
  take_down(any_server(), true);
}
void Nemesis::terminate() {
  Server& server = any_server();
  if (!server.up()) return;
  const int64_t patience_ns = lasting_ns();
  server.terminate(patience_ns);
  bring_back(server, patience_ns + lasting_ns());
}
void Nemesis::black_out() {
  for (const auto& server : world_.servers) take_down(*server, random_.one_in(2));
}
void Nemesis::pause() {
  any_server().pause(Instant{world_.scheduler.now().ns + lasting_ns()});
}
void Nemesis::slow_disk() {
  Server& server = any_server();
  world_.tell("the disk of s{} stalls", server.id().value);
  server.disk().stall(Instant{world_.scheduler.now().ns + lasting_ns()});
}
void Nemesis::fail_disk() {
  Server& server = any_server();
  world_.tell("the disk of s{} is about to fail", server.id().value);
  server.disk().fail_soon();
}
void Nemesis::fill_disk() {
  Server& server = any_server();
  world_.tell("the disk of s{} is full", server.id().value);
  server.disk().fill(true);
  world_.scheduler.after_ns(lasting_ns(), [this, &server] {
    world_.tell("the disk of s{} has room", server.id().value);
    server.disk().fill(false);
  });
}
void Nemesis::jump_clock() {
  Server& server = any_server();
  const int64_t ms = static_cast<int64_t>(random_.below(7'200'000)) - 3'600'000;
  world_.tell("the wall clock of s{} jumps by {} ms", server.id().value, ms);
  server.clock().jump(ms);
}

// --- The network

void Nemesis::reset_connection() {
  const auto open = world_.net.open_connections();
  if (open.empty()) return;
  Connection& connection = *open[random_.below(open.size())];
  world_.tell("the connection {} - {} is reset", connection.machine(Side::first),
              connection.machine(Side::second));
  connection.reset();
}

void Nemesis::stall() {
  const auto open = world_.net.open_connections();
  if (open.empty()) return;
  Connection& connection = *open[random_.below(open.size())];
  const Side from = random_.one_in(2) ? Side::first : Side::second;
  world_.tell("the wire {} -> {} stalls", connection.machine(from), connection.machine(other(from)));
  connection.stall(from, Instant{world_.scheduler.now().ns + lasting_ns()});
}

void Nemesis::isolate() {
  Server& lone = any_server();
  const bool incoming = !random_.one_in(4), outgoing = !random_.one_in(4) || !incoming;
  cut_off(lone, incoming, outgoing, lasting_ns());
}

void Nemesis::cut_off(Server& lone, bool incoming, bool outgoing, int64_t lasts_ns) {
  world_.tell("s{} is cut off{}{}", lone.id().value, incoming ? "" : ", outgoing",
              outgoing ? "" : ", incoming");
  for (const auto& peer : world_.servers) {
    if (peer.get() == &lone) continue;
    if (outgoing) world_.net.cut(lone.machine(), peer->machine());
    if (incoming) world_.net.cut(peer->machine(), lone.machine());
  }
  world_.scheduler.after_ns(lasts_ns, [this, &lone] {
    world_.tell("s{} is reached again", lone.id().value);
    for (const auto& peer : world_.servers) {
      world_.net.heal(lone.machine(), peer->machine());
      world_.net.heal(peer->machine(), lone.machine());
    }
  });
}

void Nemesis::cut_one_way() {
  const Machine from = any_server().machine(), to = any_server().machine();
  if (from == to) return;
  world_.tell("s{} -> s{} is cut", from, to);
  world_.net.cut(from, to);
  world_.scheduler.after_ns(lasting_ns(), [this, from, to] {
    world_.tell("s{} -> s{} is healed", from, to);
    world_.net.heal(from, to);
  });
}

// --- Clients

void Nemesis::disturb_client() {
  Client& client = *clients_[random_.below(clients_.size())];
  if (random_.one_in(4)) {
    client.close();
  } else {
    client.disconnect();
  }
}

void Nemesis::kill_client() {
  clients_[random_.below(clients_.size())]->die(lasting_ns() / 1'000'000 +
                                                world_.knobs.session_timeout_ms / 2);
}

void Nemesis::stop() {
  stopped_ = true;
  world_.settled = true;
  world_.tell("faults end");
  world_.net.heal_all();
  for (const auto& server : world_.servers) {
    server->disk().heal();
    if (server->ending()) server->crash(false);
  }
  // Who stays away may be the only one that a server knows of the others.
  const bool some_stay_away = random_.one_in(3) && !world_.knobs.reconfigures();
  for (const auto& server : world_.servers) {
    if (server->up() || (some_stay_away && is_spare(*server))) continue;
    server->start();
  }
}

// The others that run are a quorum.
bool Nemesis::is_spare(const Server& server) const {
  std::set<ServerId> others;
  for (const auto& other : world_.servers) {
    if (other.get() != &server && other->up() && is_sound(*other)) others.insert(other->id());
  }
  return world_.is_quorum(others);
}

}  // namespace paddock::sim
