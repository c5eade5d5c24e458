// RequestPath: every frame behind the connect request, to the part that answers it (spec/client-protocol.md
// sections 4, 5 and 12.1).
#pragma once

#include <string_view>

#include "server/replica/core.h"
#include "server/replica/read_path.h"

namespace paddock::replica {

class RequestPath {
 public:
  // Both must outlive the path.
  RequestPath(Core& core, ReadPath& reads) : core_(core), reads_(reads) {}

  // Requires: the connection is established. False: the frame is no request, drop the connection.
  bool request(ClientConnection& connection, std::string_view frame, Now now);

 private:
  // Through the session's order.
  void admit(ClientConnection& connection, const Asked& asked, std::string_view body, Now now);
  void read(ClientConnection& connection, const Asked& asked, std::string_view body);
  void sync(ClientConnection& connection, const Asked& asked, std::string_view body, Now now);
  void write(ClientConnection& connection, const Asked& asked, std::string_view body, ErrorCode session_check,
             Now now);
  void refuse(ClientConnection& connection, const Asked& asked, ErrorCode refusal);
  // Past it.
  bool authenticate(ClientConnection& connection, Xid xid, std::string_view body);
  void answer_sasl(ClientConnection& connection, Xid xid);
  void refuse_type(ClientConnection& connection, Xid xid);

  Core& core_;
  ReadPath& reads_;
};

}  // namespace paddock::replica
