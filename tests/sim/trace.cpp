#include "tests/sim/trace.h"

#include <algorithm>
#include <cstring>

namespace paddock::sim {

// FNV over words of eight bytes: no secret, only quick and the same everywhere.
void Trace::keep() {
  for (size_t at = 0; at < line_.size(); at += 8) {
    uint64_t word = 0;
    std::memcpy(&word, line_.data() + at, std::min<size_t>(8, line_.size() - at));
    hash_ = (hash_ ^ word) * 0x100000001b3ULL;
    hash_ ^= hash_ >> 29;
  }
  tail_[lines_ % kTail].assign(line_);
  ++lines_;
  if (out_ != nullptr) std::fprintf(out_, "%s\n", line_.c_str());
}

void Trace::print_tail(std::FILE* to) const {
  const uint64_t first = lines_ > kTail ? lines_ - kTail : 0;
  for (uint64_t line = first; line < lines_; ++line) {
    std::fprintf(to, "%s\n", tail_[line % kTail].c_str());
  }
}

}  // namespace paddock::sim
