// Schemes: faults that hit several machines so that one rule alone keeps them harmless. Chance brings their
// mixtures, too, but once in thousands of seeds.
#include "tests/sim/learner_port.h"
#include "tests/sim/nemesis.h"

namespace paddock::sim {

Server* Nemesis::serving_leader() {
  for (const auto& server : world_.servers) {
    const bool leads = server->up() && server->replica()->engine().role() == zab::Role::leading;
    if (leads && server->replica()->serving()) return server.get();
  }
  return nullptr;
}

// The leader is cut off and the others start anew, so they elect while it still believes that it leads, and
// clients come to it that have heard of later things. (Rules 7 and 10 of the design; C4, C10.)
void Nemesis::depose_leader() {
  Server* leader = serving_leader();
  if (leader == nullptr) return;
  world_.tell("s{} is deposed", leader->id().value);
  const int64_t lasts_ns = lasting_ns();
  cut_off(*leader, true, true, lasts_ns);
  for (const auto& server : world_.servers) {
    if (server.get() == leader || !server->up()) continue;
    server->crash(false);
    bring_back(*server, 1'000'000 * static_cast<int64_t>(1 + random_.below(20)));
  }
  scatter_clients(lasts_ns);
}

// Each client comes back, here or elsewhere, maybe before what it asked for is done.
void Nemesis::scatter_clients(int64_t within_ns) {
  for (const auto& client : clients_) {
    const auto wait_ns = static_cast<int64_t>(random_.below(static_cast<uint64_t>(within_ns))) + 1;
    world_.scheduler.after_ns(wait_ns, [this, &client = *client] {
      if (!stopped_) client.disconnect();
    });
  }
}

// One follower's log is quick, all others' are stuck, and it joins its leader anew: what it acknowledged, and
// is made to cut, is durable nowhere. (Z11; C2 over connections.)
void Nemesis::hurry_one_follower() {
  Server* leader = serving_leader();
  Server& follower =
      *world_.servers[random_.below(static_cast<uint64_t>(world_.knobs.voters + world_.knobs.spares))];
  if (leader == nullptr || leader == &follower || !follower.up()) return;
  world_.tell("of all logs only that of s{} goes on", follower.id().value);
  const int64_t lasts_ns = lasting_ns();
  for (const auto& server : world_.servers) {
    if (server.get() != &follower) server->disk().stall(Instant{world_.scheduler.now().ns + lasts_ns});
  }
  const auto wait_ns = static_cast<int64_t>(random_.below(static_cast<uint64_t>(lasts_ns))) + 1;
  world_.scheduler.after_ns(wait_ns, [this, &follower] {
    if (!stopped_) follower.learners().break_links();
  });
  scatter_clients(lasts_ns);
}

void Nemesis::interrupt() {
  waiting_ = true;
}

// A server ends when it has promised an epoch and not entered it: its vote names less than it knows of.
// (Rules 1 and 8; Z7.)
void Nemesis::lie_in_wait(Server& server) {
  const store::Epochs& epochs = server.disk().durable().epochs;
  if (!waiting_ || stopped_ || !world_.is_voter(server.id()) || epochs.accepted == epochs.current) return;
  waiting_ = false;
  const auto soon = static_cast<uint64_t>(2 * world_.net.delay_ns()) + 1;
  world_.scheduler.after_ns(static_cast<int64_t>(random_.below(soon)), [this, &server] {
    if (stopped_) return;
    world_.coverage.insert("ended between promise and epoch");
    take_down(server, random_.one_in(2));
  });
}

// Who stays is a quorum. They come back when somebody starts them.
std::set<ServerId> Nemesis::send_away_all_but(const Server& leader, const Server& follower) {
  std::set<ServerId> staying;
  for (const auto& server : world_.servers) staying.insert(server->id());
  const size_t first = random_.below(world_.servers.size());
  for (size_t i = 0; i < world_.servers.size(); ++i) {
    Server& server = *world_.servers[(first + i) % world_.servers.size()];
    std::set<ServerId> others = staying;
    others.erase(server.id());
    if (&server == &leader || &server == &follower || !world_.is_quorum(others)) continue;
    staying = std::move(others);
    server.crash(random_.one_in(2));
  }
  return staying;
}

// The leader goes on with no more followers than it needs. One of them loses what they commit, the others go
// away, and those who missed it come back: with it they are a quorum that must not begin. (Rule 8; Z8.)
void Nemesis::forget_commits() {
  Server* leader = serving_leader();
  Server& follower = *world_.servers[random_.below(static_cast<uint64_t>(world_.knobs.voters))];
  if (leader == nullptr || leader == &follower || !follower.up()) return;
  world_.tell("s{} is about to forget", follower.id().value);
  const std::set<ServerId> staying = send_away_all_but(*leader, follower);
  const bool rots = world_.knobs.wipe == 0 || (world_.knobs.rot > 0 && random_.one_in(2));
  const int64_t lasts_ns = lasting_ns();
  world_.scheduler.after_ns(lasts_ns, [this, &follower, staying, rots, lasts_ns] {
    if (stopped_) return;
    const bool forgets = may_damage(follower, rots);
    if (forgets) {
      world_.coverage.insert("commits are forgotten");
      rots ? rot(follower) : wipe(follower);
    }
    for (const auto& server : world_.servers) {
      const bool stays = server.get() != &follower && staying.contains(server->id());
      if (stays && forgets) server->crash(random_.one_in(2));
      bring_back(*server, stays ? lasts_ns : static_cast<int64_t>(random_.below(20'000'000)));
    }
  });
}

}  // namespace paddock::sim
