#include "protocol/quorum/auth_packet.h"

#include <catch2/catch.hpp>

using namespace paddock;
using namespace paddock::quorum;

namespace {

constexpr std::string_view kMagic("\x5f\x24\x35\x01\x35\x01\xed\xcc", 8);

std::string packet(std::string_view rest) {
  return std::string(kMagic) + std::string(rest);
}

std::string refusal(const std::string& bytes) {
  size_t consumed = 0;
  const auto decoded = decode_auth_packet(bytes, consumed);
  return decoded ? "taken" : decoded.fault().message;
}

}  // namespace

TEST_CASE("packets of SASL are as ZooKeeper writes them, and come back") {
  const AuthPacket first{AuthStatus::in_progress, ""};
  const AuthPacket last{AuthStatus::success, std::nullopt};
  const AuthPacket failed{AuthStatus::error, "abc"};
  CHECK(encode_auth_packet(first) == packet(std::string_view("\0\0\0\0\0\0\0\0", 8)));
  CHECK(encode_auth_packet(last) == packet(std::string_view("\0\0\0\1\xff\xff\xff\xff", 8)));
  CHECK(encode_auth_packet(failed) == packet(std::string_view("\xff\xff\xff\xff\0\0\0\3abc", 11)));
  for (const AuthPacket& each : {first, last, failed}) {
    const std::string bytes = encode_auth_packet(each);
    size_t consumed = 0;
    CHECK(**decode_auth_packet(bytes + "behind", consumed) == each);
    CHECK(consumed == bytes.size());
  }
}

TEST_CASE("a packet of SASL is awaited byte by byte") {
  const std::string bytes = encode_auth_packet({AuthStatus::in_progress, "token"});
  for (size_t size = 0; size < bytes.size(); ++size) {
    size_t consumed = 1;
    const auto decoded = decode_auth_packet(std::string_view(bytes).substr(0, size), consumed);
    REQUIRE(decoded);
    CHECK_FALSE(*decoded);
    CHECK(consumed == 0);
    CHECK(begins_auth_packet(std::string_view(bytes).substr(0, size)));
  }
}

TEST_CASE("what is no packet of SASL is known by its first wrong byte") {
  CHECK_FALSE(begins_auth_packet(std::string_view("\0", 1)));
  CHECK_FALSE(begins_auth_packet("\x5f\x24x"));
  CHECK_FALSE(refusal("x") == "taken");
  CHECK_FALSE(refusal(packet(std::string_view("\0\0\0\2\0\0\0\0", 8))) == "taken");
  CHECK_FALSE(refusal(packet(std::string_view("\0\0\0\0\0\1\0\1", 8))) == "taken");
  CHECK_FALSE(refusal(packet("\xff\xff\xff\xff\xff\xff\xff\xfe")) == "taken");
}
