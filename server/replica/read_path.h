// ReadPath: answers what the local tree can answer, the moment it is asked to.
#pragma once

#include <string>
#include <string_view>

#include "server/replica/core.h"

namespace paddock::replica {

class ReadPath {
 public:
  // `core` must outlive the path.
  explicit ReadPath(Core& core) : core_(core) {}

  // Requires: kind_of(asked.type) == OpKind::read, and nothing that came before waits.
  void serve(ClientConnection& connection, const Asked& asked, std::string_view body,
             const znode::Identities& identities, Instant now);
  // Serves the reads at the head of the connection's queue.
  void serve_waiting(ClientConnection& connection, Instant now);

 private:
  Core& core_;
  std::string late_body_;  // of a reply that events must precede
};

}  // namespace paddock::replica
