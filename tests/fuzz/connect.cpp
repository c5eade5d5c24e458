#include "protocol/client/records.h"
#include "tests/fuzz/fuzz_target.h"

using namespace paddock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view frame = fuzz::text_of(data, size);
  fuzz::obey(tests::is_read_soberly<client::ConnectRequest>(frame));
  fuzz::obey(tests::is_read_soberly<client::ConnectResponse>(frame));
  return 0;
}
