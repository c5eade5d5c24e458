// OutputQueue: what a peer link is still to send, in order, for one gather write. Small packets are put
// together, large ones stay the shared bytes that they are: a proposal goes to all links without being copied
// for each.
#pragma once

#include <boost/asio/buffer.hpp>
#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "protocol/base/bytes.h"

namespace paddock::net {

class OutputQueue {
 public:
  void append(const Bytes& bytes);
  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }  // bytes
  // The head of the queue, as much as one system call takes. Valid until the next call of anything else.
  const std::vector<boost::asio::const_buffer>& head();
  // `count` bytes of the head have left.
  void consume(size_t count);
  void clear();

 private:
  // Either a shared run or one that small ones are gathered in.
  struct Chunk {
    Bytes shared;
    std::string gathered;
    std::string_view view() const { return gathered.empty() ? shared.view() : std::string_view(gathered); }
  };

  std::deque<Chunk> chunks_;
  size_t left_ = 0;  // of the first chunk: gone already
  size_t size_ = 0;
  std::vector<boost::asio::const_buffer> buffers_;
};

}  // namespace paddock::net
