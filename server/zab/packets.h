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

// FOLLOWERINFO, or OBSERVERINFO of who does not vote.
Bytes encode_learner_info(ServerId self, bool votes, uint32_t accepted_epoch, int64_t config_version);
Bytes encode_leader_info(uint32_t epoch);
// `current_epoch` -1: this epoch was promised before.
Bytes encode_ack_epoch(Zxid position, int32_t current_epoch);

// What ACKEPOCH and LEADERINFO carry; nothing if the data is too short.
std::optional<int32_t> decode_int(const quorum::Buffer& data);

inline Bytes own_bytes(const quorum::Buffer& data) {
  return Bytes(data.str());
}

}  // namespace paddock::zab
