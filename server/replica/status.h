// What the replica tells about itself, as values: all that server/admin may know of it. Taken on the
// replica's thread, read anywhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocol/base/ids.h"

namespace paddock::replica {

struct ServerStats {
  int64_t packets_received = 0;
  int64_t packets_sent = 0;
  int64_t latency_min_ms = 0;
  double latency_avg_ms = 0;
  int64_t latency_max_ms = 0;
  int64_t outstanding = 0;
  int64_t last_response_size = -1;
  int64_t min_response_size = -1;
  int64_t max_response_size = -1;
  int64_t auth_failed = 0;
  int64_t connection_requests = 0;
  int64_t connections_throttled = 0;
  int64_t connection_drops = 0;
  int64_t connection_revalidates = 0;
  int64_t stale_sessions_expired = 0;
  int64_t throttle_waits = 0;
  int64_t throttled_ops = 0;
  int64_t stale_dropped = 0;
};

// What only a leader of several can say.
struct LeaderStatus {
  int64_t learners = 0;  // connected, whatever their stage
  int64_t synced_followers = 0;
  int64_t synced_observers = 0;
  int64_t pending_syncs = 0;
};

// Everything that srvr, stat and mntr print about the state machine.
struct ServerStatus {
  bool serving = false;  // clients
  bool read_only = false;
  std::string mode;         // standalone, leader, follower, observer, read-only
  std::string peer_state;   // "leading - broadcast"; empty stand-alone
  int64_t quorum_size = 0;  // voters; 0 stand-alone
  std::optional<LeaderStatus> leader;
  std::optional<int64_t> synced_observers;  // of a follower that has a port for them
  std::optional<int64_t> observer_master;   // of an observer: whom it learns from
  Zxid last_zxid;
  int64_t node_count = 0;  // as ZooKeeper counts: the root twice
  int64_t watch_count = 0;
  int64_t ephemeral_count = 0;
  int64_t data_bytes = 0;
  int64_t sessions = 0;  // of the ensemble
  int64_t local_sessions = 0;
  int64_t uptime_ms = 0;
  int64_t digest_mismatches = 0;
  ServerStats stats;
};

// One client connection, for stat, cons and dump.
struct ConnectionStatus {
  ConnectionId id;
  SessionId session;  // 0 before the handshake
  std::string last_op = "NA";
  int64_t outstanding = 0;
  int64_t received = 0;
  int64_t sent = 0;
  int64_t established_ms = 0;  // wall clock
  int32_t timeout_ms = 0;
  int64_t last_xid = -1;
  int64_t last_zxid = -1;
  int64_t last_response_ms = 0;  // monotonic
  int64_t last_latency_ms = 0;
  int64_t min_latency_ms = 0;
  int64_t max_latency_ms = 0;
  double avg_latency_ms = 0;
};

struct SessionBucket {
  int64_t expires_at_wall_ms = 0;
  std::vector<SessionId> sessions;
};

struct DumpStatus {
  bool keeps_time = true;                                      // leader and stand-alone
  std::vector<SessionBucket> expiry;                           // if it keeps time; otherwise:
  std::vector<std::pair<SessionId, int32_t>> global_sessions;  // all, and their timeouts
  std::optional<std::vector<SessionBucket>> local_expiry;      // with local sessions
  std::vector<std::pair<SessionId, std::vector<std::string>>> ephemerals;
};

struct WatchStatus {
  // data table only: (path, session)
  std::vector<std::pair<std::string, SessionId>> watches;
  int64_t connections = 0;
};

struct DigestStatus {
  std::vector<std::pair<Zxid, int64_t>> digests;
};

}  // namespace paddock::replica
