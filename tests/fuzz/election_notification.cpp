#include "protocol/quorum/records.h"
#include "tests/fuzz/fuzz_target.h"

using namespace paddock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  tests::AllocationMeter meter;
  auto notification = quorum::decode_notification(fuzz::text_of(data, size));
  fuzz::pay_fairly(meter, size);
  if (!notification.ok()) return 0;
  const std::string encoded = quorum::encode_notification(*notification);
  const auto again = quorum::decode_notification(std::string_view(encoded).substr(4));
  PADDOCK_CHECK(again.ok(), "its own encoding is refused: {}", again.fault().message);
  notification->version = again->version;  // an answer is always written in the newest form
  PADDOCK_CHECK(*again == *notification, "the second reading differs from the first");
  return 0;
}
