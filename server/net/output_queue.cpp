#include "server/net/output_queue.h"

#include "protocol/base/check.h"

namespace paddock::net {
namespace {

// Below this a copy is cheaper than an entry of a gather write.
constexpr size_t kGatherBelow = 4096;
constexpr size_t kGatheredBytes = 64 << 10;
constexpr size_t kBuffersPerWrite = 64;

}  // namespace

void OutputQueue::append(const Bytes& bytes) {
  if (bytes.empty()) return;
  size_ += bytes.size();
  if (bytes.size() >= kGatherBelow) {
    chunks_.push_back({bytes, {}});
    return;
  }
  const bool fits = !chunks_.empty() && !chunks_.back().gathered.empty() &&
                    chunks_.back().gathered.size() + bytes.size() <= kGatheredBytes;
  if (!fits) chunks_.emplace_back();
  chunks_.back().gathered += bytes.view();
}

const std::vector<boost::asio::const_buffer>& OutputQueue::head() {
  buffers_.clear();
  size_t skip = left_;
  for (const Chunk& chunk : chunks_) {
    if (buffers_.size() == kBuffersPerWrite) break;
    const std::string_view rest = chunk.view().substr(skip);
    skip = 0;
    buffers_.emplace_back(rest.data(), rest.size());
  }
  return buffers_;
}

void OutputQueue::consume(size_t count) {
  PADDOCK_CHECK(count <= size_, "{} bytes left a queue of {}", count, size_);
  size_ -= count;
  left_ += count;
  while (!chunks_.empty() && left_ >= chunks_.front().view().size()) {
    left_ -= chunks_.front().view().size();
    chunks_.pop_front();
  }
}

void OutputQueue::clear() {
  chunks_.clear();
  left_ = size_ = 0;
}

}  // namespace paddock::net
