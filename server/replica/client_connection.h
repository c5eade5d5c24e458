// ClientConnection: what this server knows of one client connection, and the order of its requests.
//
// Invariants
// 1. `waiting` holds, in arrival order, the requests that were accepted and not answered. Whenever it is
//    not empty its head is a write or a sync that is under way: anything else at the head is answered on the
//    spot.
// 2. Identities are only ever added; a request keeps the list that was there when it arrived.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "protocol/base/error_code.h"
#include "protocol/base/ids.h"
#include "protocol/base/time.h"
#include "protocol/client/opcode.h"
#include "protocol/sasl/exchange.h"
#include "server/replica/client_limits.h"
#include "server/replica/stats.h"
#include "znode/acl.h"

namespace paddock::replica {

using SharedIdentities = std::shared_ptr<const znode::Identities>;

// What is needed to answer a request, whoever executes it.
struct Asked {
  Xid xid;
  client::OpCode type = client::OpCode::error;
  Instant received;
  int64_t bytes = 0;  // of its frame
};

struct WaitingRequest {
  enum class Kind : uint8_t {
    write,      // answered when its transaction is applied
    sync,       // answered at its sync point
    synced,     // a sync whose point was reached: answered as soon as it is the head
    read,       // answered as soon as it is the head
    refused,    // a write that goes nowhere: answered with `refusal` as soon as it is the head
    local_end,  // the end of a session that only this server knows: as soon as it is the head
    unanswered  // a write that an earlier connection of this session made: later requests wait for it
  };
  Kind kind = Kind::read;
  Asked asked;
  std::string body;             // read and sync: a copy of the record
  SharedIdentities identities;  // read
  ErrorCode refusal = ErrorCode::ok;
  bool takes_long = false;  // read
};

struct ClientConnection {
  enum class Stage : uint8_t {
    fresh,        // the connect request is still to come
    joining,      // its session is being set up; nothing else is read
    established,  // serving requests
    closing       // nothing is read any more; closed when its output is flushed
  };

  // Fixed at construction
  ConnectionId id;
  WallTime connected_at;
  // The session
  Stage stage = Stage::fresh;
  SessionId session;
  int32_t timeout_ms = 0;
  bool told_read_only = false;  // the connect request had the byte, so the response has it
  SharedIdentities identities;
  std::unique_ptr<sasl::Exchange> login;  // once it has begun
  // Requests
  std::deque<WaitingRequest> waiting;
  int64_t counted = 0;     // those with xid > 0, of `waiting` and of what the throttle holds
  int64_t long_reads = 0;  // of `waiting`
  int64_t waiting_bytes = 0;
  int64_t syncs = 0;  // of `waiting`, those that the leader has not confirmed
  // Output since the last take_outputs()
  std::string output;
  size_t last_output_size = 0;  // capacity to begin with: batches of a connection resemble each other
  bool due = false;
  ConnectionCounters counters;
};

// A connection that has so many bytes coming waits for the next batch, and everybody else gets a turn: 64 KiB
// of pipelined requests can ask for gigabytes.
inline constexpr size_t kMaxBatchOutput = 1 << 20;

// What it asks next has to wait for something that it asked before.
inline bool is_occupied(const ClientConnection& connection) {
  if (connection.output.size() > kMaxBatchOutput) return true;
  // A write behind a sync could be committed before the round of PINGs that confirms it is over, and its
  // answer would have to wait for the sync's, with a zxid that is older by then.
  if (connection.syncs > 0) return true;
  // What waits is served in one go (long_reads.h).
  return connection.long_reads > 0;
}

inline bool has_asked_enough(const ClientConnection& connection, const ClientLimits& limits) {
  return (limits.requests > 0 && static_cast<int64_t>(connection.waiting.size()) >= limits.requests) ||
         (limits.request_bytes > 0 && connection.waiting_bytes >= limits.request_bytes);
}

// A list that requests hold on to is not touched: they get to know the old one.
inline void add_identities(ClientConnection& connection, const znode::Identities& proved) {
  znode::Identities all = *connection.identities;
  all.insert(all.end(), proved.begin(), proved.end());
  connection.identities = std::make_shared<const znode::Identities>(std::move(all));
}

}  // namespace paddock::replica
