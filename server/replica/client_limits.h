// ClientLimits: what one client, or one address, may take of this server. ZooKeeper has none of them, so each
// is 0, no limit, unless an operator says otherwise (paddock.hardening; docs/security.md).
#pragma once

#include <cstdint>

namespace paddock::replica {

struct ClientLimits {
  int64_t requests = 0;       // of a connection, not answered yet: it is not read meanwhile
  int64_t request_bytes = 0;  // likewise
  int64_t watches = 0;        // of a connection: another is answered THROTTLEDOP
  int64_t all_watches = 0;    // of this server: likewise
  int64_t identities = 0;     // that a connection has proved: another is answered AUTHFAILED
  int64_t auth_failures = 0;  // of an address, a minute: who fails more often is not asked who it is
  int64_t sessions = 0;       // of the ensemble, as far as this server knows: nobody gets another
  // Of this process: when 85 % of it are used, what makes it grow is answered THROTTLEDOP, and nobody gets
  // another session.
  int64_t memory_bytes = 0;
};

}  // namespace paddock::replica
