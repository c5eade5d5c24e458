#include "server/replica/incoming_state.h"

#include "protocol/base/check.h"

namespace paddock::replica {

Status IncomingState::feed(std::string_view piece, bool last) {
  const Result<size_t> fed = parser_.feed(piece);
  if (!fed.ok()) return fed.fault();
  if (*fed < piece.size() || parser_.ended() != last) {
    return make_fault("the snapshot stream at zxid {:#x} {} at offset {}", zxid_.value,
                      last ? "breaks off" : "goes on behind its end", parser_.offset());
  }
  if (!last) return ok_status();
  whole_ = true;
  return loader_.finish(zxid_);
}

znode::State& IncomingState::state() {
  PADDOCK_CHECK(whole_, "the state at zxid {:#x} is to be used before all of it is there", zxid_.value);
  return state_;
}

Status IncomingState::session(const quorum::SessionTimeout& session) {
  loader_.session(session.session_id, session.timeout_ms);
  return ok_status();
}

Status IncomingState::acl(const quorum::SnapshotAcl& acl) {
  loader_.acl(acl.id, acl.acl);
  return ok_status();
}

Status IncomingState::node(const quorum::SnapshotNode& node) {
  return loader_.node(node.path.view(), node.data, node.acl_id, node.stat);
}

}  // namespace paddock::replica
