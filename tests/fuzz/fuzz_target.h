// What every fuzz target defines, and how it complains: a law that does not hold aborts the process, which
// libFuzzer and the replay both report together with the input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocol/base/check.h"
#include "tests/records/laws.h"

// Returns 0. `data` is whatever somebody may send us.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace paddock::fuzz {

inline std::string_view text_of(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

inline void obey(const tests::Violation& violation) {
  PADDOCK_CHECK(!violation, "{}", *violation);
}

// Requires of a decoder that it took no more memory at once than its input is worth.
inline void pay_fairly(const tests::AllocationMeter& meter, size_t input, size_t widening = 8) {
  PADDOCK_CHECK(meter.largest() <= tests::fair_allocation(input, widening),
                "{} bytes made it take {} at once", input, meter.largest());
}

}  // namespace paddock::fuzz
