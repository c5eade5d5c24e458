// The beginning of a client's frame: whether it may come in is decided once, and stays so with what follows.
#include "server/net/frame_limit.h"

#include "fuzz_target.h"
#include "protocol/jute/endian.h"

using namespace paddock;
using net::FrameLimit;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const FrameLimit limit(1000);
  const std::string_view begun = fuzz::text_of(data, size);
  const FrameLimit::Verdict verdict = limit.verdict(begun);
  PADDOCK_CHECK(verdict != FrameLimit::Verdict::undecided || size < 12, "undecided after {} bytes", size);
  for (size_t part = 0; part < size; ++part) {
    const FrameLimit::Verdict earlier = limit.verdict(begun.substr(0, part));
    PADDOCK_CHECK(earlier == FrameLimit::Verdict::undecided || earlier == verdict,
                  "another verdict after {} bytes", part);
  }
  if (verdict == FrameLimit::Verdict::fits) {
    const int32_t length = jute::load_int(begun.data());
    PADDOCK_CHECK(length >= 0 && length <= limit.widest(), "a frame of {} bytes fits", length);
  }
  return 0;
}
