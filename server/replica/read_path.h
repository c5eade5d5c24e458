// ReadPath: answers what the local tree can answer, the moment it is asked to.
#pragma once

#include <string>
#include <string_view>

#include "server/replica/core.h"
#include "znode/read.h"

namespace paddock::replica {

class ReadPath {
 public:
  // `core` must outlive the path.
  explicit ReadPath(Core& core) : core_(core) {}

  // Requires: kind_of(asked.type) == OpKind::read, and nothing that came before waits.
  void serve(ClientConnection& connection, const Asked& asked, std::string_view body,
             const znode::Identities& identities, Instant now);
  // Answers what is at the head of the connection's queue, up to a write or a sync that is under way.
  void serve_waiting(ClientConnection& connection, Instant now);

 private:
  // What the answer may be too large for is remarked.
  // Why it may not watch what it asks to watch.
  ErrorCode watch_refusal(const ClientConnection& connection, const znode::ReadRequest& request);
  bool may_be_sent(const ClientConnection& connection, const znode::ReadRequest& request, size_t bytes,
                   Instant now);
  bool serve_head(ClientConnection& connection, Instant now);
  void answer_sync(ClientConnection& connection, const WaitingRequest& request, Instant now);

  Core& core_;
  std::string late_body_;  // of a reply that events must precede
};

}  // namespace paddock::replica
