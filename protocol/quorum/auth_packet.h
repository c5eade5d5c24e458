// AuthPacket: what servers exchange over SASL when one has opened a connection to another, before anything
// else on the quorum port and behind the hello on the election port (spec/quorum-protocol.md 13.1).
//
//   packet := magic:long status:int token:buffer     big-endian, without a frame around it
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/result.h"

namespace paddock::quorum {

inline constexpr int64_t kAuthMagic = 0x5f2435013501edcc;
inline constexpr int32_t kMaxAuthToken = 1 << 16;

enum class AuthStatus : int32_t { error = -1, in_progress = 0, success = 1 };

struct AuthPacket {
  AuthStatus status = AuthStatus::in_progress;
  std::optional<std::string> token;
  friend bool operator==(const AuthPacket&, const AuthPacket&) = default;
};

std::string encode_auth_packet(const AuthPacket& packet);
// Nothing yet: more bytes are needed. `consumed` is what the packet took.
Result<std::optional<AuthPacket>> decode_auth_packet(std::string_view bytes, size_t& consumed);
// Whether such a packet may begin with these bytes, be they ever so few.
bool begins_auth_packet(std::string_view bytes);

}  // namespace paddock::quorum
