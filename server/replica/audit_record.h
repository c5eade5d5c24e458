// One line of the audit log as a value: who did what to which znode, and whether it was done.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/ids.h"

namespace paddock::replica {

struct AuditRecord {
  enum class Result : uint8_t { success, failure, invoked };

  SessionId session;           // 0: none
  bool by_server = false;      // not a client: the user is who runs the server
  std::string user;            // what the client has proved, separated by commas; empty: nothing
  std::string address;         // the client's; empty: none
  std::string_view operation;  // ZooKeeper's name for it; of static storage, as is znode_type
  std::optional<std::string> znode;
  std::string_view znode_type;  // of a create; empty: none
  std::optional<std::string> acl;
  Result result = Result::success;
};

}  // namespace paddock::replica
