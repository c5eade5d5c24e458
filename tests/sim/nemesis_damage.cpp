// Disks that lose what they held. What an ensemble must survive is the loss of some voters' disks as long as
// the others are a quorum, and the next one only when the last one has its history again (rule 8 of the
// design).
#include <set>

#include "tests/sim/nemesis.h"
#include "tests/sim/rules.h"

namespace paddock::sim {

// It votes, and a wiped server that hears its vote knows that it was wiped: who has only accepted an epoch
// says nothing of it in its votes, and together with a wiped server it would begin anew.
bool Nemesis::is_sound(const Server& server) const {
  return !world_.damaged.contains(server.id()) && server.disk().durable().epochs.current > 0;
}

// A server whose disk has rotted knows it, whatever the others say.
bool Nemesis::can_do_without(const Server& server, bool knows_its_loss) const {
  std::set<ServerId> sound;
  for (const auto& other : world_.servers) {
    if (other.get() == &server || world_.damaged.contains(other->id())) continue;
    const store::Epochs& epochs = other->disk().durable().epochs;
    if (epochs.current > 0 || (knows_its_loss && epochs.accepted > 0)) sound.insert(other->id());
  }
  return world_.is_quorum(sound);
}

// Before anything was committed nobody could tell a wiped server from a new one.
bool Nemesis::may_damage(const Server& server, bool knows_its_loss) const {
  const bool has_run = server.disk().durable().epochs.current > 0;
  return has_run && !world_.rules->chronicle().log().empty() && can_do_without(server, knows_its_loss);
}

void Nemesis::wipe(Server& server) {
  server.crash(true);
  world_.tell("the disk of s{} is wiped", server.id().value);
  world_.damaged[server.id()] = server.disk().durable().last();
  server.disk().wipe();
}

void Nemesis::rot(Server& server) {
  server.crash(random_.one_in(2));
  world_.tell("the disk of s{} rots", server.id().value);
  world_.damaged[server.id()] = server.disk().durable().last();
  server.disk().rot();
}

void Nemesis::wipe_disk() {
  Server& server = any_server();
  if (!may_damage(server, false)) return;
  wipe(server);
  bring_back(server, lasting_ns());
}

void Nemesis::rot_disk() {
  Server& server = any_server();
  if (!may_damage(server, true)) return;
  rot(server);
  bring_back(server, lasting_ns());
}

}  // namespace paddock::sim
