// The eager check of a write (zookeeper.enableEagerACLCheck): what the server that a client is connected to
// can already refuse, so that nobody else is troubled. The leader checks again.
#pragma once

#include <string_view>

#include "protocol/base/error_code.h"
#include "protocol/client/opcode.h"
#include "znode/acl.h"
#include "znode/state.h"

namespace paddock::znode {

// NOAUTH or INVALIDACL for create, create2, delete, setData and setACL, by the tree as it stands here.
// Everything else, and what is wrong in another way, is ok: the leader's to judge.
ErrorCode eager_acl_error(const State& state, client::OpCode type, std::string_view body,
                          const Identities& who);

}  // namespace paddock::znode
