// The election messages of servers of three generations (spec/quorum-protocol.md 2.1, 3):
//
//   hello   = serverId:long                                                 3.4
//           | version:long serverId:long length:int address              3.5 on
//   notice  = state:int leader:long zxid:long round:long [peerEpoch:long version:int [length:int config]]
#include "protocol/quorum/records.h"

#include "protocol/jute/codec.h"

namespace paddock::quorum {
namespace {

constexpr size_t kOldestNotice = 28;
constexpr size_t kNoticeOf34 = 40;
constexpr int32_t kNoticeVersion = 2;

bool is_peer_state(int32_t state) {
  return state >= static_cast<int32_t>(PeerState::looking) &&
         state <= static_cast<int32_t>(PeerState::observing);
}

// The fields behind the 28 bytes that every form has.
bool decode_tail(jute::Reader& reader, Notification& notification) {
  const bool is_of_34 = reader.remaining() == kNoticeOf34 - kOldestNotice;
  notification.peer_epoch = reader.read_long();
  notification.version = reader.read_int();
  // 3.4 writes version 1 into its 40 bytes; its peers never read it and count it as 0.
  if (is_of_34) notification.version = 0;
  if (!reader.ok() || notification.version < kNoticeVersion) return reader.ok();
  const Buffer config = reader.read_buffer();
  if (!reader.ok() || config.is_null()) return false;
  notification.config = config.str();
  return true;
}

}  // namespace

Result<Notification> decode_notification(std::string_view body) {
  if (body.size() < kOldestNotice) return make_fault("an election message of {} bytes", body.size());
  jute::Reader reader(body);
  Notification notification;
  const int32_t state = reader.read_int();
  if (!is_peer_state(state)) return make_fault("an election message from a server in state {}", state);
  notification.state = static_cast<PeerState>(state);
  notification.leader = ServerId{reader.read_long()};
  notification.zxid = Zxid{reader.read_long()};
  notification.round = reader.read_long();
  if (body.size() == kOldestNotice) {
    notification.peer_epoch = notification.zxid.value >> 32;
    notification.version = 0;
    return notification;
  }
  if (!decode_tail(reader, notification)) {
    return make_fault("an election message of {} bytes, version {}, ends too early", body.size(),
                      notification.version);
  }
  return notification;
}

std::string encode_notification(const Notification& notification) {
  std::string out;
  out.reserve(4 + kNoticeOf34 + 4 + notification.config.size());
  jute::Writer writer(out);
  const size_t frame = writer.begin_frame();
  writer.write_int(static_cast<int32_t>(notification.state));
  writer.write_long(notification.leader.value);
  writer.write_long(notification.zxid.value);
  writer.write_long(notification.round);
  writer.write_long(notification.peer_epoch);
  writer.write_int(kNoticeVersion);
  writer.write_buffer(notification.config);
  writer.end_frame(frame);
  return out;
}

std::string encode_hello(const ElectionHello& hello) {
  const int64_t server = hello.server.value;
  std::string out;
  jute::Writer writer(out);
  if (hello.address.empty()) {
    PADDOCK_CHECK(server >= 0, "server {} cannot say hello without an address", server);
    writer.write_long(server);
    return out;
  }
  PADDOCK_CHECK(hello.address.size() <= kMaxHelloAddress, "an address of {} bytes", hello.address.size());
  const bool several = hello.address.find('|') != std::string::npos;
  writer.write_long(several ? kHelloV2 : kHelloV1);
  writer.write_long(server);
  writer.write_buffer(hello.address);
  return out;
}

Result<std::optional<ElectionHello>> decode_hello(std::string_view bytes, size_t& consumed) {
  constexpr size_t kLong = 8;
  constexpr size_t kHead = 2 * kLong + 4;
  const std::optional<ElectionHello> incomplete;
  consumed = 0;
  if (bytes.size() < kLong) return incomplete;
  const int64_t first = jute::load_long(bytes.data());
  if (first >= 0) {
    consumed = kLong;
    return std::optional(ElectionHello{ServerId{first}, {}});
  }
  if (first != kHelloV1 && first != kHelloV2)
    return make_fault("an election connection opens with {}", first);
  if (bytes.size() < kHead) return incomplete;
  const int32_t length = jute::load_int(bytes.data() + 2 * kLong);
  if (length < 1 || length > kMaxHelloAddress) {
    return make_fault("an election connection with an address of {} bytes (1 to {})", length,
                      kMaxHelloAddress);
  }
  const size_t whole = kHead + static_cast<size_t>(length);
  if (bytes.size() < whole) return incomplete;
  consumed = whole;
  return std::optional(ElectionHello{ServerId{jute::load_long(bytes.data() + kLong)},
                                     std::string(bytes.substr(kHead, static_cast<size_t>(length)))});
}

}  // namespace paddock::quorum
