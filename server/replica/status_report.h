// What the replica tells about itself, gathered from its core (server/replica/status.h).
#pragma once

#include <vector>

#include "server/replica/core.h"
#include "server/replica/status.h"

namespace paddock::replica {

// Fills everything but `serving` and `uptime_ms`.
ServerStatus report_server(const Core& core);
std::vector<ConnectionStatus> report_connections(const Core& core);
DumpStatus report_dump(const Core& core, Now now);
WatchStatus report_watches(Core& core);
DigestStatus report_digests(const Core& core);

}  // namespace paddock::replica
