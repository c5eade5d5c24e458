#include "server/zab/oracle.h"

#include <catch2/catch.hpp>

namespace paddock::zab {
namespace {

Instant at_ms(int64_t ms) {
  return Instant{ms * 1'000'000};
}

}  // namespace

TEST_CASE("a word of the oracle counts from the question, and for a short time") {
  Oracle oracle;
  CHECK_FALSE(oracle.grants(at_ms(0)));
  oracle.says(true, at_ms(1000));
  CHECK(oracle.grants(at_ms(1000 + Oracle::kWordMs)));
  CHECK_FALSE(oracle.grants(at_ms(1001 + Oracle::kWordMs)));
  oracle.says(false, at_ms(1100));
  CHECK_FALSE(oracle.grants(at_ms(1100)));
}

// Else the one that had the permission before could still use it.
TEST_CASE("who goes alone has listened for longer than a word lasts") {
  CHECK(Oracle::kSilenceMs > Oracle::kWordMs);
  Oracle oracle;
  oracle.listen_from(at_ms(1000));
  oracle.says(true, at_ms(900 + Oracle::kSilenceMs));
  CHECK_FALSE(oracle.grants_silence(at_ms(999 + Oracle::kSilenceMs)));
  CHECK(oracle.grants_silence(at_ms(1000 + Oracle::kSilenceMs)));
  oracle.listen_from(at_ms(1000 + Oracle::kSilenceMs));
  CHECK_FALSE(oracle.grants_silence(at_ms(1100 + Oracle::kSilenceMs)));
}

}  // namespace paddock::zab
