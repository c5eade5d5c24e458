// PacketSplitter: cuts the learner channel, an unframed stream of QuorumPackets (spec/quorum-protocol.md
// section 5), into packets. Sans-IO: the socket's owner reads into space() and commits; packets are views.
//
// Invariants
// 1. A packet that is there in part is measured only as far as it has come, and never again from its
//    beginning.
// 2. A buffer below -1 or above the limit is refused when its length is there. Memory grows with what has
//    come, not with what a length says: at most twice that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "protocol/jute/receive_buffer.h"
#include "protocol/quorum/records.h"

namespace paddock::quorum {

class PacketSplitter {
 public:
  // `max_buffer`: jute.maxbuffer and the extra for what a transaction adds. Holds for a packet's data, and
  // for all of its authinfo together.
  explicit PacketSplitter(int32_t max_buffer) : max_buffer_(max_buffer) {}

  // Where the next bytes of the stream go; at least `least` bytes. Invalidates views of earlier packets.
  std::span<char> space(size_t least);
  // `count` bytes were written into space().
  void commit(size_t count) { buffer_.commit(count); }

  // The next whole packet; its views are valid until the next call of space(). False: not all of it is there.
  bool next(QuorumPacket& packet);
  // True once a length was out of bounds: nothing more comes out, the link is to be closed.
  bool broken() const { return broken_; }

  // The bytes that next() has not returned: for the stream behind a SNAP, which is no packet.
  std::string_view pending() const { return buffer_.view(); }
  // Drops `count` of them.
  void skip(size_t count);

 private:
  enum class Part { head, identities, text };

  bool measure();
  bool has(size_t count) const { return buffer_.size() >= count; }
  bool add_buffer(size_t at, size_t limit);
  void begin_packet();

  const int32_t max_buffer_;
  jute::ReceiveBuffer buffer_;
  bool broken_ = false;

  // Of the packet at the front.
  Part part_ = Part::head;  // what is measured next
  size_t measured_ = 0;     // bytes whose shape is known
  size_t identities_at_ = 0;
  int64_t texts_left_ = 0;
};

}  // namespace paddock::quorum
