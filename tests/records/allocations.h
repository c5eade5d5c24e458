// Counts what the calling thread takes from the heap: for promises like "no memory on the word of a length"
// and "no allocation on the hot path". Linking this header's object replaces the program's operator new.
#pragma once

#include <cstddef>

namespace paddock::tests {

class AllocationMeter {
 public:
  AllocationMeter();  // starts from zero; meters do not nest

  // False where clang's thread sanitizer brings the operator new: then every count is zero.
  static bool counts();

  size_t count() const;
  // The largest single allocation, in bytes.
  size_t largest() const;
};

}  // namespace paddock::tests
