// The first byte is how many bytes arrive at a time: what comes out must not depend on it, and a packet that is cut
// out is the one that a decoder of whole packets sees.
#include "protocol/quorum/packet_splitter.h"

#include <algorithm>
#include <cstring>

#include "protocol/jute/codec.h"
#include "tests/fuzz/fuzz_target.h"

using namespace paddock;

namespace {

constexpr int32_t kMaxBuffer = 600;
constexpr size_t kLargestPacket = 2 * kMaxBuffer + 32;

struct Outcome {
  std::string packets;  // encoded again
  bool broken = false;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome split(std::string_view stream, size_t at_a_time) {
  quorum::PacketSplitter splitter(kMaxBuffer);
  Outcome outcome;
  while (!stream.empty() && !outcome.broken) {
    const std::string_view arrived = stream.substr(0, at_a_time);
    stream.remove_prefix(arrived.size());
    const auto space = splitter.space(arrived.size());
    PADDOCK_CHECK(space.size() <= 2 * (kLargestPacket + arrived.size()), "a space of {} bytes", space.size());
    std::memcpy(space.data(), arrived.data(), arrived.size());
    splitter.commit(arrived.size());
    quorum::QuorumPacket packet;
    while (splitter.next(packet)) outcome.packets += jute::encoded(packet);
    outcome.broken = splitter.broken();
    PADDOCK_CHECK(outcome.broken || splitter.pending().size() <= kLargestPacket, "{} bytes are no packet yet",
                  splitter.pending().size());
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view stream = fuzz::text_of(data, size).substr(1);
  const Outcome whole = split(stream, std::max<size_t>(stream.size(), 1));
  PADDOCK_CHECK(split(stream, 1 + data[0]) == whole, "the packets differ when {} bytes come at a time", 1 + data[0]);
  return 0;
}
