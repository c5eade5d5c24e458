// World: everything that one seed makes, and what its parts find each other by.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "server/zab/membership.h"
#include "tests/sim/coverage.h"
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
  const zab::Membership membership;  // empty: one server
  Trace& trace;
  Coverage coverage;
  // Whose disk has lost what it held, and that is not up to date since: up to where it held all.
  std::map<ServerId, Zxid> damaged;
  Scheduler scheduler;
  Net net;
  std::vector<std::unique_ptr<Server>> servers;  // server i has id i + 1
  std::unique_ptr<ElectionMesh> mesh;
  std::unique_ptr<Rules> rules;
  bool quiet = false;    // clients ask for nothing more
  bool settled = false;  // nor for another configuration
  // For whoever lies in wait: this server has worked a batch off, and nothing of it has left. May be null.
  std::function<void(Server&)> on_step;

  World(const Knobs& drawn, Trace& told, Random random);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Server& server(ServerId id);
  // Whether they are one of every configuration that may count for somebody: the last one committed, and
  // those that are logged behind it.
  bool is_quorum(const std::set<ServerId>& servers) const;
  // By the last configuration committed.
  bool is_voter(ServerId id) const;
  template <class... Args>
  void tell(fmt::format_string<Args...> format, Args&&... args) {
    trace.tell(scheduler.now(), format, std::forward<Args>(args)...);
  }
};

}  // namespace paddock::sim
