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
#include "server/replica/stats.h"
#include "znode/acl.h"

namespace paddock::replica {

using SharedIdentities = std::shared_ptr<const znode::Identities>;

// What is needed to answer a request, whoever executes it.
struct Asked {
  Xid xid;
  client::OpCode type = client::OpCode::error;
  Instant received;
};

struct WaitingRequest {
  enum class Kind : uint8_t {
    write,      // answered when its transaction is applied
    sync,       // answered at its sync point
    synced,     // a sync whose point was reached: answered as soon as it is the head
    read,       // answered as soon as it is the head
    refused,    // a write that goes nowhere: answered with `refusal` as soon as it is the head
    unanswered  // a write that an earlier connection of this session made: later requests wait for it
  };
  Kind kind = Kind::read;
  Asked asked;
  std::string body;             // read and sync: a copy of the record
  SharedIdentities identities;  // read
  ErrorCode refusal = ErrorCode::ok;
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
  // Requests
  std::deque<WaitingRequest> waiting;
  int64_t counted = 0;  // of `waiting`, those with xid > 0: what the throttle looks at
  int64_t syncs = 0;    // of `waiting`, those that the leader has not confirmed
  // Output since the last take_outputs()
  std::string output;
  size_t last_output_size = 0;  // capacity to begin with: batches of a connection resemble each other
  bool due = false;
  ConnectionCounters counters;
};

}  // namespace paddock::replica
