// Replica: one server's mind. It joins the engine (zab), the state machine (znode), sessions and the order in
// which clients are answered. Pure: time comes in, work goes out; the simulator runs it as it is.
//
// Owner: the loop thread. Nothing here blocks.
//
// Invariants
// 1. FIFO: the replies of a connection leave in the order of its requests (auth, which may overtake,
//    excepted).
// 2. A read waits for the writes of its own session that precede it, and for nothing else.
// 3. A watch event is in a connection's output before any reply that shows the change.
// 4. No reply to a write leaves before its transaction is committed.
// 5. A request is answered by a connection's own session only while that session has not moved or ended.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/base/random.h"
#include "protocol/base/time.h"
#include "server/replica/access_options.h"
#include "server/replica/audit_record.h"
#include "server/replica/client_limits.h"
#include "server/replica/connection_throttle.h"
#include "server/replica/large_answers.h"
#include "server/replica/large_requests.h"
#include "server/replica/remark.h"
#include "server/replica/request_throttle_options.h"
#include "server/replica/session_passwords.h"
#include "server/replica/status.h"
#include "server/store/contract.h"
#include "server/zab/engine.h"
#include "znode/state.h"

namespace paddock::replica {

struct ReplicaOptions {
  zab::EngineOptions engine;
  int32_t tick_ms = 3000;
  int32_t min_session_timeout_ms = -1;  // -1: 2 ticks
  int32_t max_session_timeout_ms = -1;  // -1: 20 ticks
  int64_t global_outstanding_limit = 1000;
  int64_t container_check_interval_ms = 60000;
  int32_t container_max_per_minute = 10000;
  // A delta for the checkpoint is cut when about so much has changed; it is one batch, and in memory three
  // times while it is written.
  size_t delta_bytes = 4 << 20;
  AccessOptions access;
  ThrottleOptions connection_throttle;
  LargeRequestOptions large_requests;
  RequestThrottleOptions request_throttle;
  ClientLimits limits;
  AnswerLimits answers;
  std::shared_ptr<const SessionPasswords> passwords = std::make_shared<ZooKeeperPasswords>();
  bool read_only_mode = false;  // without a quorum, clients that only read are served
  bool leader_serves = true;    // clients, too
  bool audit = false;           // Ready::audit is filled
  bool local_sessions = false;  // a session begins as this server's alone (local_sessions.h)
  bool upgrade_local_sessions = false;
  bool standalone = true;  // session ids use server id 1, mode is "standalone"
};

// Bytes for a client, in order; `close` after they are flushed.
struct ClientOutput {
  ConnectionId connection;
  std::string bytes;  // whole frames, lengths included
  bool close = false;
};

struct Ready {
  zab::Ready peers;                   // disk, messages, links, reads; its sequence is already consumed
  std::vector<ClientOutput> clients;  // at most one per connection
  // For the checkpoint, in order, and before the disk's work: where that ends a snapshot, they are of the
  // state that the snapshot replaces, and would spoil the new one's checkpoint.
  std::vector<znode::Delta> deltas;
  std::vector<zab::MembershipChanged> configs;  // for files and ports, in order
  std::vector<Remark> remarks;
  std::vector<AuditRecord> audit;  // for the audit log, in order, before `clients` hear of it
};

class Replica {
 public:
  // `state` holds the checkpoint; the engine starts from `recovered`. The replica owns both from here on.
  Replica(const ReplicaOptions& options, std::unique_ptr<znode::State> state,
          const store::Recovered& recovered, Random random, Now now);
  ~Replica();
  Replica(const Replica&) = delete;
  Replica& operator=(const Replica&) = delete;

  // --- In: clients
  // `address`: textual peer address without port; becomes the connection's first identity.
  void client_connected(ConnectionId connection, std::string_view address, Now now);
  // It has proved by TLS to be `subject` (RFC 2253). Before its first frame.
  void client_certified(ConnectionId connection, std::string_view subject);
  // One frame, without its length. The first is the connect request. The view is used only during the call.
  // False: the frame cannot be accepted, drop the connection without a word (output that is due still goes
  // out through take_ready()).
  [[nodiscard]] bool client_frame(ConnectionId connection, std::string_view frame, Now now);
  void client_disconnected(ConnectionId connection, Now now);
  // Whether a frame of `bytes` may come in, within the budget for large requests.
  bool has_room(int64_t bytes) const;
  // True: stop reading from this connection until a later call says otherwise (outstanding limits).
  bool throttled(ConnectionId connection) const;

  // --- In: time, peers and disk, passed on to the engine
  // More often than every tick_ms: a longer gap is taken for a pause, in which no session grows older. After
  // a pause it comes before anything else.
  void tick(Now now);
  void persisted(DiskSeq seq, Now now);
  // What the process uses now (ClientLimits::memory_bytes).
  void note_memory(int64_t resident_bytes);
  zab::Engine& engine();  // peers' events go straight to it
  // The log has grown long: what changed since the last delta is to become one, however little it is. It
  // comes out of one of the next take_ready().
  void cut_delta();

  // --- Out. Call once per drained batch of inputs.
  Ready take_ready(Now now);

  // SIGTERM: no new requests; outstanding ones are answered, and a leader of several hands over; idle() says
  // when.
  void drain(Now now);
  bool idle() const;

  // --- Status
  // In a role that serves clients. Whether they are let in is ServerStatus::serving.
  bool serving() const;
  ServerStatus status(Now now) const;
  std::vector<ConnectionStatus> connections() const;
  DumpStatus dump(Now now) const;
  WatchStatus watches() const;
  DigestStatus digests() const;
  void reset_connection_stats();
  void reset_server_stats();

  const znode::State& state() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace paddock::replica
