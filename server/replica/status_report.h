// What the replica tells about itself, gathered from its core (server/replica/status.h).
#pragma once

#include <vector>

#include "server/replica/core.h"
#include "server/replica/session_tracker.h"
#include "server/replica/status.h"

namespace paddock::replica {

// Fills everything but `serving` and `uptime_ms`.
ServerStatus report_server(const Core& core);
std::vector<ConnectionStatus> report_connections(const Core& core);
// `sessions`: the leader's; null on a learner.
DumpStatus report_dump(const Core& core, const SessionTracker* sessions, Now now);
WatchStatus report_watches(Core& core);
DigestStatus report_digests(const Core& core);

}  // namespace paddock::replica
