// Requests that are answered from the local tree. Registers watches in the same call, so an event always
// precedes any reply that shows the change.
#pragma once

#include <cstddef>
#include <limits>
#include <string_view>

#include "protocol/base/error_code.h"
#include "protocol/base/ids.h"
#include "protocol/client/opcode.h"
#include "protocol/jute/writer.h"
#include "znode/child_lists.h"
#include "znode/state.h"
#include "znode/watches.h"

namespace paddock::znode {

struct ReadRequest {
  ConnectionId connection;
  SessionId session;
  client::OpCode type = client::OpCode::error;
  std::string_view body;  // the request's record, undecoded
  const Identities* identities = nullptr;
  ChildLists* lists = nullptr;                            // null: each is encoded anew
  size_t max_bytes = std::numeric_limits<size_t>::max();  // a multiRead ends when it has appended more
};

// Appends the reply's body (nothing where it is a header only) and returns the header's err. On an error the
// body is empty, but for multiRead's odd case (spec/client-protocol.md 8.1).
// setWatches hands its catch-up events to `sink` before it returns; all other requests leave `sink` alone.
// Requires: kind_of(type) == OpKind::read, type != ping.
ErrorCode read(const State& state, Watches& watches, const ReadRequest& request, jute::Writer& body,
               WatchSink& sink);

}  // namespace paddock::znode
