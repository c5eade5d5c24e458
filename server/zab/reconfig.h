// Reconfig: what a client asks of an ensemble's configuration (op 16), and the transaction that it becomes.
// Pure: the checks that need no leader.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/error_code.h"
#include "protocol/base/ids.h"
#include "server/zab/membership.h"

namespace paddock::zab {

struct ReconfigOrder {
  // One change after the other: "server.4=host:port:port;port,..." and "2,3"...
  std::optional<std::string> joining;
  std::optional<std::string> leaving;
  // ...or all of the new configuration, if this is there.
  std::optional<std::string> new_members;
  int64_t from_version = -1;  // -1: whatever it is
};

struct ReconfigPlan {
  ErrorCode err = ErrorCode::ok;
  Membership membership;  // if ok
};

// `current` with the changes, under the version that is its transaction's zxid. Errors are ZooKeeper's:
// bad_arguments, and marshalling_error where it meets an exception of its own (a number that is none).
ReconfigPlan plan_membership(const Membership& current, const ReconfigOrder& order, bool standalone_enabled,
                             Zxid zxid);

// The configuration that a transaction carries; nothing unless it is a reconfiguration. Looks at the type
// first: every transaction of a log is asked.
std::optional<Membership> membership_in(std::string_view txn);

}  // namespace paddock::zab
