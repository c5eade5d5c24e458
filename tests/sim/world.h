// World: everything that one seed makes, and what its parts find each other by.
#pragma once

#include <memory>
#include <vector>

#include "tests/sim/knobs.h"
#include "tests/sim/net.h"
#include "tests/sim/scheduler.h"
#include "tests/sim/trace.h"

namespace paddock::sim {

class ElectionMesh;
class Rules;
class Server;

struct World {
  const Knobs knobs;
  Trace& trace;
  Scheduler scheduler;
  Net net;
  std::vector<std::unique_ptr<Server>> servers;  // server i has id i + 1
  std::unique_ptr<ElectionMesh> mesh;
  std::unique_ptr<Rules> rules;
  bool quiet = false;  // clients ask for nothing more

  World(const Knobs& drawn, Trace& told, Random random);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Server& server(ServerId id);
  template <class... Args>
  void tell(fmt::format_string<Args...> format, Args&&... args) {
    trace.tell(scheduler.now(), format, std::forward<Args>(args)...);
  }
};

}  // namespace paddock::sim
