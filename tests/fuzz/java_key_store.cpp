// A JKS store, and the protection of the keys in it.
#include "protocol/certs/java_key_store.h"

#include "fuzz_target.h"

using namespace paddock;

// An empty certificate is 4 bytes of the file and a string of 32, in a vector that may be half empty.
constexpr size_t kWidening = 16;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const tests::AllocationMeter meter;
  const auto store = certs::parse_java_key_store(fuzz::text_of(data, size), "");
  fuzz::pay_fairly(meter, size, kWidening);
  if (store) {
    for (const auto& key : store->keys) (void)certs::recover_java_key(key.protected_key, "changeit");
  }
  (void)certs::recover_java_key(fuzz::text_of(data, size), "changeit");
  return 0;
}
