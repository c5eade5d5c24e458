// What servers say to each other (spec/quorum-protocol.md): election notifications (section 3), the learner
// channel (section 5), the head of the election connection (section 2.1) and the parts of the snapshot stream
// (section 7.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/ids.h"
#include "protocol/base/result.h"
#include "protocol/client/records.h"
#include "protocol/jute/types.h"

namespace paddock::quorum {

using jute::Buffer;
using jute::Text;
using jute::Vector;

enum class PacketType : int32_t {
  request = 1,
  proposal = 2,
  ack = 3,
  commit = 4,
  ping = 5,
  revalidate = 6,
  sync = 7,
  inform = 8,
  commit_and_activate = 9,
  new_leader = 10,
  follower_info = 11,
  up_to_date = 12,
  diff = 13,
  trunc = 14,
  snap = 15,
  observer_info = 16,
  leader_info = 17,
  ack_epoch = 18,
  inform_and_activate = 19,
};

// The learner channel is an unframed stream of these.
struct QuorumPacket {
  int32_t type = 0;  // PacketType
  int64_t zxid = 0;
  Buffer data;
  Vector<client::Id> authinfo = Vector<client::Id>::make_null();
  friend bool operator==(const QuorumPacket&, const QuorumPacket&) = default;
};

struct LearnerInfo {
  int64_t server_id = 0;
  std::optional<int32_t> protocol_version;
  std::optional<int64_t> config_version;  // absent from 3.4
  friend bool operator==(const LearnerInfo&, const LearnerInfo&) = default;
};
// What Java sends, and what a Paddock server sends so that its leader knows it (DESIGN.md rule 9).
inline constexpr int32_t kProtocolJava = 0x10000;
inline constexpr int32_t kProtocolPaddock = 0x10001;

// REQUEST's data: this head, then the request's body as the client sent it.
struct ForwardedHead {
  int64_t session_id = 0;
  int32_t cxid = 0;
  int32_t type = 0;
  friend bool operator==(const ForwardedHead&, const ForwardedHead&) = default;
};

// REVALIDATE to the leader, and one touch of a PING reply.
struct SessionTimeout {
  int64_t session_id = 0;
  int32_t timeout_ms = 0;
  friend bool operator==(const SessionTimeout&, const SessionTimeout&) = default;
};
// REVALIDATE's answer.
struct SessionValid {
  int64_t session_id = 0;
  bool valid = false;
  friend bool operator==(const SessionValid&, const SessionValid&) = default;
};

enum class PeerState : int32_t { looking = 0, following = 1, leading = 2, observing = 3 };

// An election notification of any of the three forms; owns its text because it outlives its frame.
struct Notification {
  PeerState state = PeerState::looking;
  ServerId leader;
  Zxid zxid;
  int64_t round = 0;
  int64_t peer_epoch = 0;
  int32_t version = 2;  // 0: the 28- and 40-byte forms, which carry no configuration
  std::string config;
  friend bool operator==(const Notification&, const Notification&) = default;
};

// `body` is one election message without its length.
Result<Notification> decode_notification(std::string_view body);
// The 44+n form, framed.
std::string encode_notification(const Notification& notification);

// First bytes of an election connection.
struct ElectionHello {
  ServerId server;
  std::string address;  // host:port, several joined by '|'; empty in the bare form of 3.4
  friend bool operator==(const ElectionHello&, const ElectionHello&) = default;
};
inline constexpr int64_t kHelloV1 = -65536;
inline constexpr int64_t kHelloV2 = -65535;

// One write, as Java's receivers need it.
std::string encode_hello(const ElectionHello& hello);
// Nothing yet: more bytes are needed. `consumed` is what the hello took.
Result<std::optional<ElectionHello>> decode_hello(std::string_view bytes, size_t& consumed);

// Limits of section 2 and 5.
inline constexpr int32_t kMaxElectionMessage = 524288;
inline constexpr int32_t kMaxHelloAddress = 2048;

// The snapshot stream, and the middle of a snapshot file, is Vector<SessionTimeout>, Vector<SnapshotAcl>,
// then SnapshotNodes, a parent before its children, until the path "/"; the root's path is "".
struct SnapshotAcl {
  int64_t id = 0;
  Vector<client::Acl> acl;
  friend bool operator==(const SnapshotAcl&, const SnapshotAcl&) = default;
};
inline constexpr int64_t kOpenAclId = -1;  // world:anyone, all permissions; not in the table
struct SnapshotNode {
  Text path;
  Buffer data;
  int64_t acl_id = kOpenAclId;
  client::StatPersisted stat;
  friend bool operator==(const SnapshotNode&, const SnapshotNode&) = default;
};
inline constexpr std::string_view kSnapshotEnd = "/";
// The closing ustring of the stream.
inline constexpr std::string_view kSnapshotSignature = "BenWasHere";

}  // namespace paddock::quorum
