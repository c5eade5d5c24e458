// What the engine wants done: values only. The host sends the messages, which wait for nothing, and submits
// the disk work; the sequence is worked off by the replica.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/base/bytes.h"
#include "protocol/base/ids.h"
#include "protocol/quorum/records.h"
#include "server/store/contract.h"
#include "server/zab/membership.h"

namespace paddock::zab {

enum class Role { looking, following, leading, observing };
enum class Phase { election, discovery, synchronization, broadcast };

// --- Messages. All in Ready::messages have been released by the outbox: no durability is left to wait for.
struct PacketOut {
  LinkId link;
  Bytes packet;  // an encoded QuorumPacket
};
struct SnapshotOut {
  LinkId link;
  Bytes piece;  // raw bytes of the stream behind a SNAP packet
};
struct NotificationOut {
  ServerId to;
  quorum::Notification message;
};
using MessageOut = std::variant<PacketOut, SnapshotOut, NotificationOut>;
// A host's low-water mark (Engine::link_drained) is at most this: what one Ready has for a link beyond it is
// certain to be followed by link_drained.
inline constexpr size_t kMaxLowWaterBytes = 512 << 10;

// --- Links to open and close. LinkIds of the engine's own choice have the top bit clear; links that learners
// open to us are numbered by the host, with the top bit set.
struct ConnectToLeader {
  LinkId link;  // answered by link_up or link_down; one attempt
  ServerId leader;
  std::vector<Address> addresses;
};
struct CloseLink {
  LinkId link;         // after what was sent on it has been handed to the network
  std::string reason;  // for the operator: what the peer did that no server does, or why it may not come now;
                       // else empty
};
// A leader listens on its quorum port; a follower with observerMasterPort for observers, on that one.
struct ListenForLearners {
  bool on = false;
  int32_t port = 0;  // on the hosts of the quorum port; 0: the quorum port itself
};
// Whom the election mesh keeps connections to, and where; replaces what was said before.
struct ElectionPeers {
  std::map<ServerId, std::vector<Address>> addresses;
};
using LinkCommand = std::variant<ConnectToLeader, CloseLink, ListenForLearners, ElectionPeers>;

// --- The one ordered sequence: what the replica must see in the order of its arrival.
struct Committed {
  Zxid zxid;
  Bytes txn;
};
// The epoch (e,0) is established and everything inherited is in the sequence before this: serve from here on.
// The state may be ahead of (e,0) already, out of an image that is newer than the epoch. On a leader,
// proposals may start; on a learner, requests may be forwarded.
struct Serving {
  Role role;
  Zxid epoch_start;
};
// Stop serving: clients' connections are closed, what was proposed and not committed is forgotten.
struct StoppedServing {};
// A leader sends its state (SNAP). A second state is built aside from the pieces, which are the stream of
// spec/quorum-protocol.md 7.2; the old one stays in use for status until StateReplaced.
struct StateBegin {
  Zxid zxid;
};
struct StatePiece {
  Bytes bytes;
  bool last = false;
};
// UPTODATE: the state built aside is the one that what follows applies to.
struct StateReplaced {
  Zxid zxid;
};
// The leader was lost before that: the state built aside is dropped.
struct StateAbandoned {};
// From a learner: REQUEST, REVALIDATE, the touches of a PING, in arrival order with the commits around them.
// Only between the Serving and the StoppedServing of a leader, or of a follower that has observers, and only
// of links that are still up.
struct FromLearner {
  LinkId link;
  ServerId learner;
  quorum::PacketType type;
  Zxid zxid;
  Bytes data;
  Bytes authinfo;  // encoded vector<Id>
};
// From the leader: REVALIDATE's answer, SYNC.
struct FromLeader {
  quorum::PacketType type;
  Bytes data;
};
// The leader asks for touches: answer with send_to_leader(ping).
struct LeaderPing {
  Zxid zxid;
};
// request_sync(id) is confirmed; everything committed before it is in the sequence before this.
struct SyncPoint {
  uint64_t id;
};
// A configuration was committed or seen.
struct MembershipChanged {
  Membership membership;
  bool committed = false;
};
using SequenceItem =
    std::variant<Committed, Serving, StoppedServing, StateBegin, StatePiece, StateReplaced, StateAbandoned,
                 FromLearner, FromLeader, LeaderPing, SyncPoint, MembershipChanged>;

struct Ready {
  std::vector<store::LogWork> disk;
  std::vector<MessageOut> messages;
  std::vector<LinkCommand> links;
  std::vector<store::HistoryRead> history_reads;
  std::vector<store::SnapshotRead> snapshot_reads;
  std::vector<SequenceItem> sequence;
  Zxid committed;  // what the next log group may note as committed

  bool empty() const {
    return disk.empty() && messages.empty() && links.empty() && history_reads.empty() &&
           snapshot_reads.empty() && sequence.empty();
  }
};

}  // namespace paddock::zab
