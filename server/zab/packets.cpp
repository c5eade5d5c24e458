#include "server/zab/packets.h"

#include <string>

#include "protocol/jute/codec.h"

namespace paddock::zab {
namespace {

constexpr size_t kPacketHead = 4 + 8 + 4 + 4;

std::string int_bytes(int32_t value) {
  std::string bytes;
  jute::Writer(bytes).write_int(value);
  return bytes;
}

}  // namespace

Bytes encode_packet(PacketType type, Zxid zxid, const quorum::Buffer& data, std::string_view authinfo) {
  std::string bytes;
  bytes.reserve(kPacketHead + data.size() + authinfo.size());
  jute::Writer writer(bytes);
  writer.write_int(static_cast<int32_t>(type));
  writer.write_long(zxid.value);
  writer.write_buffer(data);
  if (authinfo.empty()) {
    writer.write_int(-1);
  } else {
    writer.write_raw(authinfo);
  }
  return Bytes(std::move(bytes));
}

Bytes encode_learner_info(ServerId self, bool votes, uint32_t accepted_epoch, int64_t config_version) {
  const std::string info =
      jute::encoded(quorum::LearnerInfo{self.value, quorum::kProtocolPaddock, config_version});
  return encode_packet(votes ? PacketType::follower_info : PacketType::observer_info,
                       Zxid::of(accepted_epoch, 0), info);
}

Bytes encode_leader_info(uint32_t epoch) {
  return encode_packet(PacketType::leader_info, Zxid::of(epoch, 0), int_bytes(quorum::kProtocolPaddock));
}

Bytes encode_ack_epoch(Zxid position, int32_t current_epoch) {
  return encode_packet(PacketType::ack_epoch, position, int_bytes(current_epoch));
}

Bytes encode_commit(Zxid zxid, const Bytes& txn, std::optional<ServerId> leader) {
  const bool informs = !txn.empty();
  if (!leader) {
    return informs ? encode_packet(PacketType::inform, zxid, txn.view())
                   : encode_packet(PacketType::commit, zxid);
  }
  std::string data;
  jute::Writer(data).write_long(leader->value);
  data.append(txn.view());
  return encode_packet(informs ? PacketType::inform_and_activate : PacketType::commit_and_activate, zxid,
                       data);
}

std::optional<ServerId> decode_leader(const quorum::Buffer& data) {
  jute::Reader reader(data.view());
  const int64_t leader = reader.read_long();
  if (!reader.ok()) return std::nullopt;
  return ServerId{leader};
}

std::optional<int32_t> decode_int(const quorum::Buffer& data) {
  jute::Reader reader(data.view());
  const int32_t value = reader.read_int();
  if (!reader.ok()) return std::nullopt;
  return value;
}

}  // namespace paddock::zab
