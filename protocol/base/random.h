// Random: the only source of chance below server/main, always passed in, so that one seed is one run.
// splitmix64: small state, good enough for jitter, tests and the simulator; not for secrets.
#pragma once

#include <cstdint>

#include "protocol/base/check.h"

namespace paddock {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

  // A number in [0, bound). Requires: bound > 0.
  uint64_t below(uint64_t bound) {
    PADDOCK_CHECK(bound > 0, "no number lies below 0");
    return next() % bound;
  }

  // True once in `n` on average. Requires: n > 0.
  bool one_in(uint64_t n) { return below(n) == 0; }

 private:
  uint64_t state_;
};

}  // namespace paddock
