// The learner channel's packets, encoded (spec/quorum-protocol.md section 5).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "protocol/base/bytes.h"
#include "protocol/base/ids.h"
#include "protocol/quorum/records.h"

namespace paddock::zab {

using quorum::PacketType;

// `authinfo` is an encoded vector of identities; empty for null.
Bytes encode_packet(PacketType type, Zxid zxid, const quorum::Buffer& data = {},
                    std::string_view authinfo = {});

// Under which a server that may not vote takes a leader's history (DESIGN.md rule 8). Java's leaders count
// what comes under a voter's id, whatever it calls itself; no configuration names this one, and theirs for
// learners without a name begin at -1.
inline constexpr int64_t kStrangers = -(int64_t{1} << 32);
inline ServerId stranger_id(ServerId self) {
  return ServerId{kStrangers - self.value};
}
inline bool is_stranger(ServerId id) {
  return id.value < kStrangers;
}
inline ServerId behind_stranger(ServerId id) {
  return ServerId{kStrangers - id.value};
}

// FOLLOWERINFO, or OBSERVERINFO of who does not vote.
Bytes encode_learner_info(ServerId self, bool votes, uint32_t accepted_epoch, int64_t config_version);
Bytes encode_leader_info(uint32_t epoch);
// COMMIT, or INFORM if there is a transaction; with a leader, of a reconfiguration, the forms that activate
// it.
Bytes encode_commit(Zxid zxid, const Bytes& txn, std::optional<ServerId> leader);
// `current_epoch` -1: this epoch was promised before.
Bytes encode_ack_epoch(Zxid position, int32_t current_epoch);

// What ACKEPOCH and LEADERINFO carry; nothing if the data is too short.
std::optional<int32_t> decode_int(const quorum::Buffer& data);
// The leader that COMMITANDACTIVATE and INFORMANDACTIVATE name, in front of everything else.
std::optional<ServerId> decode_leader(const quorum::Buffer& data);

inline Bytes own_bytes(const quorum::Buffer& data) {
  return Bytes(data.str());
}

}  // namespace paddock::zab
