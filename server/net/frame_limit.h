// FrameLimit: how long a client's frame may be, which depends on what it asks.
//
// Client libraries repeat one request by themselves, on every new connection: setWatches, with all that they
// watch, and not all of them cut it into pieces. Closed for its size, such a client would come back with it
// for ever. So setWatches may be longer than jute.maxbuffer.
#pragma once

#include <cstdint>
#include <string_view>

namespace paddock::net {

class FrameLimit {
 public:
  // `max_frame`: jute.maxbuffer.
  explicit FrameLimit(int32_t max_frame) : max_frame_(max_frame) {}

  // What no frame may exceed.
  int32_t widest() const;
  enum class Verdict { fits, undecided, too_large };
  // Of the frame that begins there, with its length. Undecided: too little of it is there.
  Verdict verdict(std::string_view begun) const;

 private:
  int32_t max_frame_;
};

}  // namespace paddock::net
