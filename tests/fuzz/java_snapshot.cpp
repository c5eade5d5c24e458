#include "server/store/java_snapshot.h"

#include "tests/fuzz/fuzz_target.h"

using namespace paddock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  tests::AllocationMeter meter;
  const auto snapshot = store::read_java_snapshot(fuzz::text_of(data, size));
  fuzz::pay_fairly(meter, size);
  return 0;
}
