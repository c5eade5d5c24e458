// What a learner may forward. ZooKeeper's leader makes no transaction, or none that a server can apply, of
// some requests (spec/quorum-protocol.md 8.2, last paragraph), and the learner would wait for it for ever.
#pragma once

#include <string_view>

#include "protocol/base/error_code.h"
#include "protocol/client/opcode.h"

namespace paddock::znode {

// ok, or the code that Preparer would refuse the request with, whatever the tree holds. Only its body is
// looked at: a request that any leader can refuse by itself is ok.
ErrorCode check_loggable(client::OpCode type, std::string_view body);

}  // namespace paddock::znode
