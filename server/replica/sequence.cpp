#include "server/replica/sequence.h"

#include <string>
#include <variant>

#include "protocol/base/check.h"
#include "protocol/quorum/records.h"

namespace paddock::replica {

using quorum::PacketType;

Sequence::Sequence(Core& core, ReadPath& reads, ConnectHandshake& handshake, Now now)
    : core_(core),
      handshake_(handshake),
      commits_(core, reads, handshake),
      leader_(core),
      learner_(core.engine),
      readers_(core, handshake),
      last_served_(now.monotonic) {
  set_config_node(now.wall);
}

void Sequence::tick(Now now) {
  if (core_.local_sessions) expire_local(now);
  if (!core_.service && readers_.may_begin(last_served_, now)) core_.service = &readers_;
  if (!core_.service) return;
  last_served_ = now.monotonic;
  core_.service->tick(now);
}

void Sequence::expire_local(Now now) {
  while (const auto silent = core_.local_sessions->expire_one(now)) {
    ++core_.counters.sessions_expired;
    if (ClientConnection* connection = core_.clients.serving(*silent)) core_.clients.close(*connection);
  }
}

void Sequence::work_off(const zab::SequenceItem& item, Now now) {
  std::visit([&](const auto& kind) { take(kind, now); }, item);
}

// Behind the first delta's beginning: the checkpoint must learn of it.
void Sequence::set_config_node(WallTime now) {
  if (core_.options.standalone) return;
  const std::string text = core_.membership.to_text();
  if (core_.options.engine.reconfig_enabled) {
    const std::string known = core_.state->config_text();
    if (known == text || zab::version_in(known) > core_.membership.version) return;
  }
  core_.state->set_config_node(text, core_.membership.version, now);
}

void Sequence::take(const zab::Committed& decided, Now now) {
  if (commits_.committed(decided, now)) return;
  readers_.doubt_state(true);
  stop_serving();
}

void Sequence::take(const zab::Serving& begin, Now now) {
  if (core_.service == &readers_) stop_serving();
  core_.deltas.flush();
  core_.state->advance_to(begin.epoch_start);
  core_.state->caught_up();
  if (begin.role != zab::Role::leading) {
    core_.service = &learner_;
    return;
  }
  if (!is_leading()) leader_.start(now);
  core_.service = &leader_;
  leader_.resume_proposals(now);
}

void Sequence::take(const zab::StoppedServing&, Now) {
  stop_serving();
}

void Sequence::stop_serving() {
  core_.clients.close_all();
  if (core_.service) core_.service->stop();
  core_.service = nullptr;
  if (core_.local_sessions) core_.local_sessions->clear();
  if (core_.audit) core_.audit->forget();
}

// --- Another state

void Sequence::take(const zab::StateBegin& begin, Now) {
  core_.deltas.suspend();
  incoming_ = std::make_unique<IncomingState>(core_.state->options(), begin.zxid);
}

void Sequence::take(const zab::StatePiece& piece, Now now) {
  if (!incoming_) return;  // an earlier piece was refused
  if (incoming_->feed(piece.bytes.view(), piece.last).ok()) return;
  incoming_.reset();
  core_.engine.state_refused(now);
}

// Nobody is served meanwhile, so no connection, watch or transaction under way refers to what the old one
// was.
void Sequence::take(const zab::StateReplaced& replaced, Now now) {
  if (core_.service == &readers_) stop_serving();
  PADDOCK_CHECK(incoming_ && !core_.service, "the state at zxid {:#x} replaces the old one, {}",
                replaced.zxid.value, incoming_ ? "which is being served" : "and was refused");
  readers_.doubt_state(false);
  core_.state->swap(incoming_->state());
  core_.child_lists.clear();
  incoming_.reset();
  core_.deltas.restart();
  core_.engine.adopt_config(core_.state->config_text());
  set_config_node(now.wall);
}

void Sequence::take(const zab::StateAbandoned&, Now) {
  incoming_.reset();
  core_.deltas.resume();
}

// --- Peers

void Sequence::take(const zab::FromLearner& packet, Now now) {
  if (is_leading()) return leader_.from_learner(packet, now);
  // What comes in the batch that ends the service is lost with it.
  if (core_.service == &learner_) learner_.from_observer(packet, now);
}

void Sequence::take(const zab::SyncPoint& point, Now now) {
  commits_.synced(leader_.synced(point.id, now), now.monotonic);
}

void Sequence::take(const zab::FromLeader& packet, Now now) {
  if (core_.service != &learner_) return;
  if (packet.type == PacketType::revalidate) return session_resumed(packet.data);
  if (packet.type == PacketType::sync) commits_.synced(learner_.synced(), now.monotonic);
}

void Sequence::session_resumed(const Bytes& answer) {
  const LearnerService::Revalidated revalidated = learner_.revalidated(answer);
  ClientConnection* connection = core_.clients.find(revalidated.connection);
  if (!connection || connection->stage != ClientConnection::Stage::joining) return;
  handshake_.session_resumed(*connection, revalidated.valid);
}

void Sequence::take(const zab::LeaderPing& ping, Now) {
  learner_.answer_ping(ping.zxid);
}

// The first version of a configuration, and one that was learnt from others, come without a transaction.
void Sequence::take(const zab::MembershipChanged& changed, Now now) {
  if (!changed.committed) return;
  core_.membership = changed.membership;
  set_config_node(now.wall);
}

}  // namespace paddock::replica
