#include "protocol/quorum/auth_packet.h"

#include <array>

#include "protocol/jute/endian.h"

namespace paddock::quorum {
namespace {

constexpr size_t kStatusAt = 8;
constexpr size_t kLengthAt = 12;
constexpr size_t kHead = 16;

std::string magic() {
  std::string bytes(kStatusAt, '\0');
  jute::store_long(bytes.data(), kAuthMagic);
  return bytes;
}

}  // namespace

std::string encode_auth_packet(const AuthPacket& packet) {
  std::string bytes = magic();
  bytes.resize(kHead);
  jute::store_int(bytes.data() + kStatusAt, static_cast<int32_t>(packet.status));
  jute::store_int(bytes.data() + kLengthAt, packet.token ? static_cast<int32_t>(packet.token->size()) : -1);
  return packet.token ? bytes + *packet.token : bytes;
}

bool begins_auth_packet(std::string_view bytes) {
  return std::string_view(magic()).starts_with(bytes.substr(0, kStatusAt));
}

Result<std::optional<AuthPacket>> decode_auth_packet(std::string_view bytes, size_t& consumed) {
  const std::optional<AuthPacket> incomplete;
  consumed = 0;
  if (!begins_auth_packet(bytes)) return make_fault("what it says is no packet of SASL");
  if (bytes.size() < kHead) return incomplete;
  const int32_t status = jute::load_int(bytes.data() + kStatusAt);
  const int32_t length = jute::load_int(bytes.data() + kLengthAt);
  if (status < -1 || status > 1) return make_fault("a packet of SASL has the status {}", status);
  if (length < -1 || length > kMaxAuthToken)
    return make_fault("a packet of SASL has a token of {} bytes (up to {})", length, kMaxAuthToken);
  const size_t size = length < 0 ? 0 : static_cast<size_t>(length);
  if (bytes.size() < kHead + size) return incomplete;
  consumed = kHead + size;
  AuthPacket packet{static_cast<AuthStatus>(status), std::nullopt};
  if (length >= 0) packet.token = bytes.substr(kHead, size);
  return std::optional(std::move(packet));
}

}  // namespace paddock::quorum
