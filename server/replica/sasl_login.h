// SaslLogin: the SASL exchange of a connection (spec/client-protocol.md 12.2): tokens to its mechanism, what
// that says back, and the identity that comes of it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/base/result.h"
#include "server/replica/core.h"

namespace paddock::replica {

class SaslLogin {
 public:
  explicit SaslLogin(Core& core) : core_(core) {}

  // False: the frame is no request, drop the connection.
  bool answer(ClientConnection& connection, Xid xid, std::string_view body, Instant now);

 private:
  std::unique_ptr<sasl::Exchange> begin(const SaslOptions& options);
  // A fault: whoever it is has no name that ACLs could hold, or one too many.
  Status succeed(ClientConnection& connection, const SaslOptions& options);
  void fail(ClientConnection& connection, Xid xid, const std::string& why, Instant now);
  void reply(ClientConnection& connection, Xid xid, ErrorCode err, const client::SaslToken& token);

  Core& core_;
  uint64_t exchanges_ = 0;
};

}  // namespace paddock::replica
