// The text of a zookeeper_limits or zookeeper_stats node.
#include "znode/quota.h"

#include "tests/fuzz/fuzz_target.h"

using namespace paddock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string written = znode::QuotaText::parse(fuzz::text_of(data, size)).to_text();
  const std::string again = znode::QuotaText::parse(written).to_text();
  PADDOCK_CHECK(again == written, "{} is read as {}", written, again);
  return 0;
}
