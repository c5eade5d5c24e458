// The first byte is how many bytes arrive at a time: frames must not depend on it.
#include "protocol/jute/frame_splitter.h"

#include <algorithm>

#include "protocol/jute/endian.h"
#include "tests/fuzz/fuzz_target.h"

using namespace paddock;

namespace {

constexpr int32_t kMaxFrame = 600;

struct Outcome {
  std::vector<std::string> frames;
  bool broken = false;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

std::span<char> fair_space(jute::FrameSplitter& splitter, size_t least) {
  tests::AllocationMeter meter;
  const std::span<char> space = splitter.space(least);
  // A read's space and a frame, both behind what is pending; a string that grows may double.
  const size_t fair = 2 * (splitter.pending().size() + least + 4 + kMaxFrame);
  PADDOCK_CHECK(meter.largest() <= fair, "a read of {} bytes made it take {} at once", least,
                meter.largest());
  return space;
}

Outcome split(std::string_view stream, size_t at_a_time) {
  jute::FrameSplitter splitter(kMaxFrame);
  Outcome outcome;
  while (!stream.empty() && !splitter.broken()) {
    const std::string_view arrived = stream.substr(0, at_a_time);
    stream.remove_prefix(arrived.size());
    std::copy(arrived.begin(), arrived.end(), fair_space(splitter, arrived.size()).begin());
    splitter.commit(arrived.size());
    while (const auto frame = splitter.next()) outcome.frames.emplace_back(*frame);
  }
  outcome.broken = splitter.broken();
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view stream = fuzz::text_of(data, size).substr(1);
  const Outcome whole = split(stream, std::max<size_t>(stream.size(), 1));
  PADDOCK_CHECK(split(stream, 1 + data[0]) == whole, "frames differ when {} bytes come at a time",
                1 + data[0]);
  std::string again;
  for (const std::string& frame : whole.frames) {
    PADDOCK_CHECK(frame.size() <= kMaxFrame, "a frame of {} bytes", frame.size());
    again.resize(again.size() + 4);
    jute::store_int(again.data() + again.size() - 4, static_cast<int32_t>(frame.size()));
    again += frame;
  }
  PADDOCK_CHECK(stream.starts_with(again), "the frames are not what the stream held");
  return 0;
}
