#include "server/replica/learner_service.h"

#include <utility>

#include "protocol/jute/codec.h"
#include "protocol/quorum/records.h"
#include "znode/loggable.h"

namespace paddock::replica {
namespace {

using quorum::PacketType;

constexpr Zxid kNoZxid{-1};  // what REQUEST and REVALIDATE carry

}  // namespace

void LearnerService::stop() {
  touches_.reset();
  forwarding_.reset();
  revalidation_.reset();
}

void LearnerService::answer_ping(Zxid zxid) {
  engine_.send_to_leader(PacketType::ping, zxid, touches_.take(), Bytes());
}

ErrorCode LearnerService::admit(const ClientConnection& connection, Now) {
  touches_.touch(connection.session, connection.timeout_ms);
  return ErrorCode::ok;
}

ClientService::Resumed LearnerService::resume(const ClientConnection& connection, Now) {
  engine_.send_to_leader(PacketType::revalidate, kNoZxid,
                         revalidation_.ask(connection.session, {connection.id, {}}, connection.timeout_ms),
                         Bytes());
  return Resumed::later;
}

LearnerService::Revalidated LearnerService::revalidated(const Bytes& data) {
  const auto answer = jute::decoded<quorum::SessionValid>(data.view());
  if (!answer) return {};
  const Asker asker = revalidation_.answered(SessionId{answer->session_id});
  if (asker.is_observer()) engine_.send_to_learner(asker.observer, PacketType::revalidate, kNoZxid, data);
  return {asker.connection, answer->valid};
}

ConnectionId LearnerService::synced() {
  const Asker asker = forwarding_.synced();
  if (asker.is_observer()) engine_.send_to_learner(asker.observer, PacketType::sync, Zxid{}, Bytes());
  return asker.connection;
}

ErrorCode LearnerService::refusal(client::OpCode type, std::string_view body) const {
  return znode::check_loggable(type, body);
}

void LearnerService::submit(const Submission& submission, Now) {
  Forwarding::Request request = forwarding_.forward(submission);
  engine_.send_to_leader(PacketType::request, kNoZxid, std::move(request.data), std::move(request.authinfo));
}

size_t LearnerService::adopt(SessionId session, ConnectionId connection) {
  return forwarding_.adopt(session, connection);
}

}  // namespace paddock::replica
