#include "protocol/quorum/records.h"
#include "tests/fuzz/fuzz_target.h"

using namespace paddock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = fuzz::text_of(data, size);
  size_t consumed = 0;
  tests::AllocationMeter meter;
  const auto hello = quorum::decode_hello(bytes, consumed);
  fuzz::pay_fairly(meter, size);
  if (!hello.ok()) return 0;
  PADDOCK_CHECK(consumed <= size && hello->has_value() == (consumed > 0), "{} of {} bytes consumed", consumed,
                size);
  if (!*hello) return 0;
  size_t prefix = 0;
  const auto early = quorum::decode_hello(bytes.substr(0, consumed - 1), prefix);
  PADDOCK_CHECK(early.ok() && !*early && prefix == 0, "a hello is understood one byte too early");
  const std::string encoded = quorum::encode_hello(**hello);
  size_t whole = 0;
  const auto again = quorum::decode_hello(encoded, whole);
  PADDOCK_CHECK(again.ok() && *again == *hello && whole == encoded.size(), "the second reading differs");
  return 0;
}
