#include "server/replica/learner_requests.h"

#include <fmt/format.h>

#include <utility>

#include "protocol/jute/codec.h"
#include "protocol/quorum/records.h"
#include "server/replica/session_ids.h"

namespace paddock::replica {
namespace {

using client::OpCode;
using quorum::PacketType;

SessionOwner owner_of(LinkId link) {
  return SessionOwner{link.value};
}

}  // namespace

void LearnerRequests::take(const zab::FromLearner& packet, Now now) {
  if (read(packet, now)) return;
  engine_.refuse_learner(
      packet.link,
      fmt::format("server {} sends a packet of type {} with {} bytes that cannot be read",
                  packet.learner.value, static_cast<int32_t>(packet.type), packet.data.size()),
      now);
}

bool LearnerRequests::read(const zab::FromLearner& packet, Now now) {
  switch (packet.type) {
    case PacketType::request:
      return request(packet, now);
    case PacketType::revalidate:
      return revalidate(packet, now);
    case PacketType::ping:
      return touch(packet, now);
    default:
      return true;
  }
}

bool LearnerRequests::request(const zab::FromLearner& packet, Now now) {
  jute::Reader reader(packet.data.view());
  quorum::ForwardedHead head;
  if (!jute::decode(reader, head)) return false;
  Submission submission;
  submission.session = SessionId{head.session_id};
  submission.cxid = Xid{head.cxid};
  submission.type = static_cast<OpCode>(head.type);
  submission.body = reader.rest();
  submission.identities = identities_of(packet.authinfo);
  submission.from = owner_of(packet.link);
  // Nothing to createSession, closeSession and sync, which anybody may ask for.
  submission.session_check = check(submission.session, submission.from);
  writes_.submit(submission, now);
  return true;
}

// A session that is not known may be one that only the learner knows, unless it began here: those do not
// move.
ErrorCode LearnerRequests::check(SessionId session, SessionOwner owner) {
  const bool may_be_local = options_.local_sessions && !sessions_.knows(session) &&
                            !ended_.contains(session) && !began_at(session, options_.engine.self);
  return may_be_local ? ErrorCode::ephemeral_on_local_session : sessions_.check(session, owner);
}

SharedIdentities LearnerRequests::identities_of(const Bytes& authinfo) {
  if (identities_ && authinfo == authinfo_) return identities_;
  znode::Identities identities;
  if (const auto ids = jute::decoded<jute::Vector<client::Id>>(authinfo.view())) {
    for (const client::Id& id : *ids) identities.push_back({id.scheme.str(), id.id.str()});
  }
  authinfo_ = authinfo;
  identities_ = std::make_shared<const znode::Identities>(std::move(identities));
  return identities_;
}

bool LearnerRequests::revalidate(const zab::FromLearner& packet, Now now) {
  const auto asked = jute::decoded<quorum::SessionTimeout>(packet.data.view());
  if (!asked) return false;
  const SessionId session{asked->session_id};
  const bool valid = sessions_.touch(session, asked->timeout_ms, now);
  if (valid) sessions_.set_owner(session, owner_of(packet.link));
  engine_.send_to_learner(packet.link, PacketType::revalidate, packet.zxid,
                          Bytes(jute::encoded(quorum::SessionValid{asked->session_id, valid})));
  return true;
}

bool LearnerRequests::touch(const zab::FromLearner& packet, Now now) {
  jute::Reader reader(packet.data.view());
  for (quorum::SessionTimeout touched; !reader.at_end() && jute::decode(reader, touched);) {
    sessions_.touch(SessionId{touched.session_id}, touched.timeout_ms, now);
  }
  return reader.ok();
}

void LearnerRequests::synced(SessionOwner learner) {
  engine_.send_to_learner(LinkId{learner.value}, PacketType::sync, Zxid{}, Bytes());
}

}  // namespace paddock::replica
