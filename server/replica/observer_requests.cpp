#include "server/replica/observer_requests.h"

#include <fmt/format.h>

#include "protocol/jute/codec.h"
#include "protocol/quorum/records.h"
#include "znode/loggable.h"

namespace paddock::replica {

using client::OpCode;
using quorum::PacketType;

void ObserverRequests::take(const zab::FromLearner& packet, Now now) {
  if (pass_on(packet)) return;
  engine_.refuse_learner(
      packet.link,
      fmt::format("observer {} sends a packet of type {} with {} bytes that cannot be read",
                  packet.learner.value, static_cast<int32_t>(packet.type), packet.data.size()),
      now);
}

bool ObserverRequests::pass_on(const zab::FromLearner& packet) {
  switch (packet.type) {
    case PacketType::request:
      return request(packet);
    case PacketType::revalidate:
      return revalidate(packet);
    case PacketType::ping:
      return touch(packet);
    default:
      return true;
  }
}

bool ObserverRequests::request(const zab::FromLearner& packet) {
  jute::Reader reader(packet.data.view());
  quorum::ForwardedHead head;
  if (!jute::decode(reader, head)) return false;
  const auto type = static_cast<OpCode>(head.type);
  if (znode::check_loggable(type, reader.rest()) != ErrorCode::ok) return false;
  if (type == OpCode::sync) forwarding_.forward_sync(packet.link);
  engine_.send_to_leader(packet.type, packet.zxid, packet.data, packet.authinfo);
  return true;
}

bool ObserverRequests::revalidate(const zab::FromLearner& packet) {
  const auto asked = jute::decoded<quorum::SessionTimeout>(packet.data.view());
  if (!asked) return false;
  const Bytes data = revalidation_.ask(SessionId{asked->session_id}, {{}, packet.link}, asked->timeout_ms);
  engine_.send_to_leader(packet.type, packet.zxid, data, Bytes());
  return true;
}

bool ObserverRequests::touch(const zab::FromLearner& packet) {
  jute::Reader reader(packet.data.view());
  for (quorum::SessionTimeout touched; !reader.at_end() && jute::decode(reader, touched);) {
    touches_.touch(SessionId{touched.session_id}, touched.timeout_ms);
  }
  return reader.ok();
}

}  // namespace paddock::replica
