// What an ensemble of one does with the world of peers. It commands no listening, no link and no read of old
// history, so nothing of this comes from our own host; what a stranger sends changes nothing.
#include "protocol/base/check.h"
#include "server/zab/engine.h"

namespace paddock::zab {

std::optional<Instant> Engine::wake_at() const {
  return std::nullopt;
}

void Engine::election_message(ServerId, const quorum::Notification&, Now) {}
void Engine::election_link_up(ServerId, Now) {}
void Engine::election_link_down(ServerId, Now) {}

void Engine::link_up(LinkId link, Now) {
  PADDOCK_CHECK(false, "link {} came up at a server that listens for none", link.value);
}
void Engine::link_down(LinkId, Now) {}
void Engine::receive(LinkId, const quorum::QuorumPacket&, Now) {}
void Engine::receive_snapshot(LinkId, Bytes, bool, Now) {}
void Engine::link_drained(LinkId, Now) {}

void Engine::send_to_leader(quorum::PacketType, Zxid, Bytes, Bytes) {
  PADDOCK_CHECK(false, "a server that leads itself has no leader to write to");
}
void Engine::send_to_learner(LinkId, quorum::PacketType, Zxid, Bytes) {}

void Engine::history_fetched(const store::HistoryFetched& history, Now) {
  PADDOCK_CHECK(false, "history {} was not asked for", history.id);
}
void Engine::snapshot_piece(const store::SnapshotPiece& piece, Now) {
  PADDOCK_CHECK(false, "snapshot {} was not asked for", piece.id);
}
void Engine::state_refused(Now) {
  PADDOCK_CHECK(false, "a state that nobody sent was refused");
}

}  // namespace paddock::zab
