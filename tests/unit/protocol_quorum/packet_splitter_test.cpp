#include "protocol/quorum/packet_splitter.h"

#include <catch2/catch.hpp>
#include <cstring>

#include "protocol/jute/codec.h"
#include "protocol/jute/endian.h"

namespace paddock::quorum {
namespace {

constexpr int32_t kMaxBuffer = 1000;

std::string packet(PacketType type, int64_t zxid, Buffer data = {},
                   Vector<client::Id> ids = Vector<client::Id>::make_null()) {
  return jute::encoded(QuorumPacket{static_cast<int32_t>(type), zxid, data, std::move(ids)});
}

void put(PacketSplitter& splitter, std::string_view bytes) {
  std::memcpy(splitter.space(bytes.size()).data(), bytes.data(), bytes.size());
  splitter.commit(bytes.size());
}

// What comes out, encoded again.
std::string drain(PacketSplitter& splitter) {
  std::string out;
  QuorumPacket packet;
  while (splitter.next(packet)) out += jute::encoded(packet);
  return out;
}

TEST_CASE("Packets come out whole, wherever the stream is cut") {
  const std::string stream = packet(PacketType::ping, 7) + packet(PacketType::ping, 8, "") +
                             packet(PacketType::request, -1, "body", {{"ip", "127.0.0.1"}, {"digest", {}}}) +
                             packet(PacketType::request, -1, "body", Vector<client::Id>{}) +
                             packet(PacketType::proposal, 9, std::string(kMaxBuffer, 'x')) +
                             packet(PacketType::commit, 9);
  const size_t piece = GENERATE(size_t{1}, size_t{2}, size_t{3}, size_t{7}, size_t{64}, size_t{5000});
  PacketSplitter splitter(kMaxBuffer);
  std::string out;
  for (size_t at = 0; at < stream.size(); at += piece) {
    put(splitter, std::string_view(stream).substr(at, piece));
    out += drain(splitter);
  }
  CHECK(out == stream);
  CHECK(splitter.pending().empty());
  CHECK_FALSE(splitter.broken());
}

TEST_CASE("Data over the limit, or of a negative length, breaks the stream before it has come") {
  std::string head = packet(PacketType::proposal, 9, "").substr(0, 16);
  const int32_t length = GENERATE(kMaxBuffer + 1, INT32_MAX, -2, INT32_MIN);
  jute::store_int(head.data() + 12, length);
  PacketSplitter splitter(kMaxBuffer);
  put(splitter, packet(PacketType::ping, 7) + head);
  CHECK(drain(splitter) == packet(PacketType::ping, 7));
  CHECK(splitter.broken());
}

TEST_CASE("The identities of a packet have one limit for all of them") {
  const std::string half(kMaxBuffer / 2 - 4, 'x');
  PacketSplitter splitter(kMaxBuffer);
  put(splitter, packet(PacketType::request, -1, {}, {{half, half}}));
  CHECK_FALSE(drain(splitter).empty());
  put(splitter, packet(PacketType::request, -1, {}, {{half, half}, {"", ""}}));
  CHECK(drain(splitter).empty());
  CHECK(splitter.broken());
}

TEST_CASE("Memory follows what has come, not what a length says") {
  constexpr int32_t large = 64 << 20;
  PacketSplitter splitter(large);
  std::string head = packet(PacketType::proposal, 9, "").substr(0, 16);
  jute::store_int(head.data() + 12, large);
  put(splitter, head);
  CHECK(drain(splitter).empty());
  CHECK(splitter.space(100).size() < 1000);
  put(splitter, std::string(10000, 'x'));
  CHECK(drain(splitter).empty());
  CHECK(splitter.space(100).size() < 30000);
}

TEST_CASE("What is no packet can be taken out between two") {
  PacketSplitter splitter(kMaxBuffer);
  put(splitter, packet(PacketType::snap, 5) + "raw bytes" + packet(PacketType::up_to_date, -1));
  QuorumPacket first;
  REQUIRE(splitter.next(first));
  CHECK(splitter.pending().substr(0, 9) == "raw bytes");
  splitter.skip(9);
  CHECK(drain(splitter) == packet(PacketType::up_to_date, -1));
}

}  // namespace
}  // namespace paddock::quorum
