// Core: what the parts of a replica share: one server's mind as data. It does nothing itself; each part's own
// header says what that part does with it.
//
// Owner: Replica. Destroyed from the bottom up, so that nothing outlives what it refers to.
#pragma once

#include <memory>
#include <utility>

#include "server/replica/client_service.h"
#include "server/replica/client_table.h"
#include "server/replica/delta_cutter.h"
#include "server/replica/notifier.h"
#include "server/replica/replica.h"
#include "server/replica/reply_writer.h"
#include "server/replica/stats.h"
#include "server/zab/engine.h"
#include "znode/state.h"
#include "znode/watches.h"

namespace paddock::replica {

struct Core {
  Core(const ReplicaOptions& given, std::unique_ptr<znode::State> loaded, const store::Recovered& recovered,
       Random random)
      : options(given),
        state(std::move(loaded)),
        engine(given.engine, recovered, random),
        membership(given.engine.membership),
        deltas(*state, given.delta_bytes) {}

  const ReplicaOptions options;
  const std::unique_ptr<znode::State> state;
  zab::Engine engine;
  zab::Membership membership;  // the last one committed
  DeltaCutter deltas;
  znode::Watches watches;
  ServerCounters counters;
  ClientTable clients{counters, watches};
  ReplyWriter replies{clients, counters};
  Notifier notifier{clients, replies, *state};
  ClientService* service = nullptr;  // of the role at hand; null: nobody is served
};

}  // namespace paddock::replica
