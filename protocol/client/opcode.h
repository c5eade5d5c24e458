// What a client asks for: ZooKeeper's operation numbers (spec/client-protocol.md section 5). The same numbers
// serve as transaction types.
#pragma once

#include <cstdint>
#include <string_view>

namespace paddock::client {

enum class OpCode : int32_t {
  notification = 0,
  create = 1,
  remove = 2,
  exists = 3,
  get_data = 4,
  set_data = 5,
  get_acl = 6,
  set_acl = 7,
  get_children = 8,
  sync = 9,
  ping = 11,
  get_children2 = 12,
  check = 13,
  multi = 14,
  create2 = 15,
  reconfig = 16,
  check_watches = 17,
  remove_watches = 18,
  create_container = 19,
  delete_container = 20,
  create_ttl = 21,
  multi_read = 22,
  auth = 100,
  set_watches = 101,
  sasl = 102,
  get_ephemerals = 103,
  get_all_children_number = 104,
  set_watches2 = 105,
  add_watch = 106,
  who_am_i = 107,
  create_session = -10,
  close_session = -11,
  error = -1,
};

// How a request travels (section 5, column "Kind").
enum class OpKind {
  write,        // goes through the quorum; a transaction is logged, also when it fails
  leader_sync,  // a round trip to the leader without a transaction
  read,         // answered from the local tree, behind the session's own writes
  connection,   // auth and sasl: answered at once, may overtake
  refused,      // unknown, or not for clients: -6 with zxid -1, then close
};

// What a server does with `type` when a *client* sends it: createSession, deleteContainer and a top-level
// check are refused, as the spec recommends.
OpKind kind_of(OpCode type);

// "create", "getData", ...: for logs and errors. "unknown" for other numbers.
std::string_view name_of(OpCode type);

}  // namespace paddock::client
