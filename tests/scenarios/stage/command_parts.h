// What the files of commands share.
#pragma once

#include "commands.h"
#include "words.h"

namespace paddock::scenarios {

inline Machine* running(Stage& stage, int64_t id) {
  if (!stage.cluster.has(id) || !stage.cluster.machine(id).engine) return nullptr;
  return &stage.cluster.machine(id);
}

inline Fault not_running(int64_t id) {
  return make_fault("server {} does not run", id);
}

template <class Do>
Status for_each_server(Stage& stage, Words& words, Do&& act) {
  while (words.more()) {
    const int64_t id = words.number();
    if (!words.ok() || !stage.cluster.has(id)) return words.fault("a server");
    act(id);
  }
  return ok_status();
}

// --- Configurations (reconfig_commands.cpp)
zab::Member member_of(int64_t id, bool observer);
Status reconfigure(Stage& stage, Words& words);

// --- Puppets (puppet_commands.cpp)
Status puppet(Stage& stage, Words& words);
Status vote(Stage& stage, Words& words);
Status dial(Stage& stage, Words& words);
Status say(Stage& stage, Words& words);
Status image(Stage& stage, Words& words);
Status hang(Stage& stage, Words& words);

}  // namespace paddock::scenarios
