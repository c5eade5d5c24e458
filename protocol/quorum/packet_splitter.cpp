// packet   = type:int zxid:long data:buffer authinfo
// authinfo = count:int (scheme:buffer id:buffer){count}       count -1: null
#include "protocol/quorum/packet_splitter.h"

#include <algorithm>

#include "protocol/jute/codec.h"
#include "protocol/jute/endian.h"

namespace paddock::quorum {
namespace {

constexpr size_t kDataAt = 12;
constexpr size_t kLength = 4;
// A buffer that one large packet needed is given back when it is empty.
constexpr size_t kKeptBytes = 1 << 20;

}  // namespace

std::span<char> PacketSplitter::space(size_t least) {
  buffer_.shrink(kKeptBytes);
  const size_t have = buffer_.size();
  const size_t missing = measured_ > have ? measured_ - have : 0;
  return buffer_.space(std::max(least, std::min(missing, have)));
}

bool PacketSplitter::next(QuorumPacket& packet) {
  if (broken_ || !measure()) return false;
  jute::Reader reader(buffer_.view().substr(0, measured_));
  if (!jute::decode(reader, packet)) {
    broken_ = true;
    return false;
  }
  buffer_.consume(measured_);
  begin_packet();
  return true;
}

void PacketSplitter::skip(size_t count) {
  buffer_.consume(count);
  begin_packet();
}

void PacketSplitter::begin_packet() {
  part_ = Part::head;
  measured_ = 0;
  texts_left_ = 0;
}

// Adds the buffer whose length is at `at`. False: the length is not there, or breaks the limit.
bool PacketSplitter::add_buffer(size_t at, size_t limit) {
  if (!has(at + kLength)) return false;
  const int32_t length = jute::load_int(buffer_.view().data() + at);
  broken_ = length < -1 || length > max_buffer_;
  measured_ = at + kLength + static_cast<size_t>(std::max(length, 0));
  broken_ = broken_ || measured_ > limit;
  return !broken_;
}

// True: the packet at the front is whole, and has `measured_` bytes.
bool PacketSplitter::measure() {
  if (part_ == Part::head) {
    if (!add_buffer(kDataAt, SIZE_MAX)) return false;
    identities_at_ = measured_;
    part_ = Part::identities;
  }
  if (part_ == Part::identities) {
    if (!has(identities_at_ + kLength)) return false;
    texts_left_ = 2 * std::max<int64_t>(jute::load_int(buffer_.view().data() + identities_at_), 0);
    measured_ += kLength;
    part_ = Part::text;
  }
  const size_t limit = identities_at_ + kLength + static_cast<size_t>(max_buffer_);
  for (; texts_left_ > 0; --texts_left_) {
    if (!add_buffer(measured_, limit)) return false;
  }
  return has(measured_);
}

}  // namespace paddock::quorum
