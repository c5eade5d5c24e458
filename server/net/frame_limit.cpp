#include "server/net/frame_limit.h"

#include <algorithm>
#include <limits>

#include "protocol/client/opcode.h"
#include "protocol/jute/endian.h"

namespace paddock::net {
namespace {

using client::OpCode;

// About a hundred thousand watches.
constexpr int64_t kWatchesFactor = 4;
constexpr size_t kLength = 4;
constexpr size_t kTypeAt = 8;  // behind length and xid

}  // namespace

int32_t FrameLimit::widest() const {
  constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
  return static_cast<int32_t>(std::min(kWatchesFactor * max_frame_, kMost));
}

FrameLimit::Verdict FrameLimit::verdict(std::string_view begun) const {
  if (begun.size() < kLength) return Verdict::undecided;
  const int32_t length = jute::load_int(begun.data());
  if (length >= 0 && length <= max_frame_) return Verdict::fits;
  if (length < 0 || length > widest()) return Verdict::too_large;
  if (begun.size() < kTypeAt + 4) return Verdict::undecided;
  const auto type = static_cast<OpCode>(jute::load_int(begun.data() + kTypeAt));
  const bool watches = type == OpCode::set_watches || type == OpCode::set_watches2;
  return watches ? Verdict::fits : Verdict::too_large;
}

}  // namespace paddock::net
