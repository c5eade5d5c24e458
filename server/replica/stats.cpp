#include "server/replica/stats.h"

namespace paddock::replica {

const char* short_name(client::OpCode type) {
  using client::OpCode;
  switch (type) {
    case OpCode::create:
    case OpCode::create2:
    case OpCode::create_container:
    case OpCode::create_ttl:
      return "CREA";
    case OpCode::remove:
    case OpCode::delete_container:
      return "DELE";
    case OpCode::set_data:
      return "SETD";
    case OpCode::set_acl:
      return "SETA";
    case OpCode::reconfig:
      return "RECO";
    case OpCode::multi:
      return "MULT";
    case OpCode::multi_read:
      return "MLTR";
    case OpCode::check:
      return "CHEC";
    case OpCode::sync:
      return "SYNC";
    case OpCode::exists:
      return "EXIS";
    case OpCode::get_data:
      return "GETD";
    case OpCode::get_acl:
      return "GETA";
    case OpCode::get_children:
    case OpCode::get_children2:
      return "GETC";
    case OpCode::get_all_children_number:
      return "GETACN";
    case OpCode::get_ephemerals:
      return "GETE";
    case OpCode::set_watches:
      return "SETW";
    case OpCode::set_watches2:
      return "STW2";
    case OpCode::add_watch:
      return "ADDW";
    case OpCode::check_watches:
      return "CHKW";
    case OpCode::remove_watches:
      return "REMW";
    case OpCode::who_am_i:
      return "HOMI";
    case OpCode::ping:
      return "PING";
    case OpCode::create_session:
      return "SESS";
    case OpCode::close_session:
      return "CLOS";
    case OpCode::auth:
    case OpCode::sasl:
    case OpCode::notification:
    case OpCode::error:
      return "NA";
  }
  return "NA";
}

}  // namespace paddock::replica
